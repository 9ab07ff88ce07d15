import { int, ints, intsOf, numberOf } from '../graph/attribute.js';
import { product, quotient } from '../graph/dim-arithmetic.js';
import type { Value } from '../graph/graph.js';
import { formatShape, normalizeAxis, type Shape } from '../graph/tensor-type.js';
import { broadcastShapes } from './broadcast.js';
import { constantInts, contentsOf } from './contents.js';
import { inputOf, type Operator } from './operator.js';

/** The shape as a list, or its part from attribute `start` to `end`. */
export const shapeOperator: Operator = {
  infer: (node) => {
    const { shape } = inputOf(node, 0);
    const { attributes } = node;
    const part = shape.slice(numberOf(attributes, 'start', 0), numberOf(attributes, 'end', shape.length));
    return [{ dtype: 'int64', shape: [part.length] }];
  },
};

export const sizeOperator: Operator = { infer: () => [{ dtype: 'int64', shape: [] }] };

export const reshapeOperator: Operator = {
  infer: (node) => {
    const [x, target] = [inputOf(node, 0), contentsOf(inputOf(node, 1))];
    if (!target)
      throw new RangeError('the target shape must be known: a constant, or computed from dimensions');
    const zeroCopies = numberOf(node.attributes, 'allowzero', 0) === 0;
    const shape = target.map((dim, i) => {
      if (dim !== 0 || !zeroCopies) return dim;
      const copied = x.shape[i];
      if (copied === undefined)
        throw new RangeError(
          `target dimension ${i} is 0, which copies a dimension that the input does not have`,
        );
      return copied;
    });
    const given = shape.filter((dim) => dim !== -1);
    const left = quotient(x.shape, given);
    const open = shape.length - given.length;
    if (open > 1) throw new RangeError(`only one dimension of ${formatShape(shape)} may be -1`);
    // Whether a symbolic size fits is checked when the graph runs.
    if (left === undefined || (open === 0 && typeof left === 'number' && left !== 1))
      throw new RangeError(`${formatShape(x.shape)} cannot become ${formatShape(shape)}`);
    return [{ dtype: x.dtype, shape: shape.map((dim) => (dim === -1 ? left : dim)) }];
  },
};

export const flattenOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = inputOf(node, 0);
    const axis = numberOf(node.attributes, 'axis', 1);
    const split = axis === shape.length ? axis : normalizeAxis(axis, shape.length);
    return [{ dtype, shape: [product(shape.slice(0, split)), product(shape.slice(split))] }];
  },
};

export const transposeOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = inputOf(node, 0);
    const perm = permutationOf(node.attributes, shape.length);
    if (
      perm.length !== shape.length ||
      new Set(perm).size !== perm.length ||
      perm.some((i) => shape[i] === undefined)
    )
      throw new RangeError(`[${perm.join(', ')}] is not a permutation of ${shape.length} dimensions`);
    return [{ dtype, shape: perm.map((i) => shape[i]!) }];
  },
};

/** The order of dimensions of a Transpose; default: reversed. */
export function permutationOf(attributes: Parameters<typeof intsOf>[0], rank: number): readonly number[] {
  return intsOf(attributes, 'perm') ?? Array.from({ length: rank }, (_, i) => rank - 1 - i);
}

export const expandOperator: Operator = {
  infer: (node) => {
    const [x, target] = [inputOf(node, 0), contentsOf(inputOf(node, 1))];
    if (!target)
      throw new RangeError('the target shape must be known: a constant, or computed from dimensions');
    return [{ dtype: x.dtype, shape: broadcastShapes(x.shape, target) }];
  },
};

export const squeezeOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = inputOf(node, 0);
    const axes = constantInts(node, 1)?.map((axis) => normalizeAxis(axis, shape.length));
    if (!axes && shape.some((dim) => typeof dim === 'string'))
      throw new RangeError('without axes, every dimension must be a number');
    const removed = axes ?? shape.flatMap((dim, i) => (dim === 1 ? [i] : []));
    return [{ dtype, shape: shape.filter((_, i) => !removed.includes(i)) }];
  },
};

export const unsqueezeOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = inputOf(node, 0);
    const given = constantInts(node, 1) ?? [];
    const rank = shape.length + given.length;
    const axes = given.map((axis) => normalizeAxis(axis, rank));
    const rest = [...shape];
    return [{ dtype, shape: Array.from({ length: rank }, (_, i) => (axes.includes(i) ? 1 : rest.shift()!)) }];
  },
};

/** The shape of `x` as int64 `[rank]`, known when the graph runs. */
export function shapeOf(x: Value): Value {
  return x.graph.add('Shape', [x]).outputs[0]!;
}

/** One element of the first dimension of `x`, `[d0, d1, ...]` to `[d1, ...]`. */
export function elementAt(x: Value, index: number): Value {
  return x.graph.add('Gather', [x, x.graph.constant(index, { dtype: 'int64' })]).outputs[0]!;
}

/** The number of elements of `x` as an int64 scalar, known when the graph runs. */
export function sizeValueOf(x: Value): Value {
  return x.graph.add('Size', [x]).outputs[0]!;
}

/**
 * Reshapes `x`. One dimension may be -1, or the name of a symbolic dimension: it is computed from the others. 0 copies the
 * dimension of the input.
 */
export function reshape(x: Value, shape: Shape): Value {
  const symbolic = shape.filter((dim) => typeof dim === 'string' || dim === -1);
  if (symbolic.length > 1)
    throw new RangeError(
      `reshape: ${formatShape(shape)} has more than one dimension that is known only when the graph runs`,
    );
  const target = x.graph.constant(
    shape.map((dim) => (typeof dim === 'string' ? -1 : dim)),
    { dtype: 'int64' },
  );
  return x.graph.add('Reshape', [x, target]).outputs[0]!;
}

/** Reshapes `x` to the shape of `like`. */
export function reshapeLike(x: Value, like: Value): Value {
  const fixed = like.shape.filter((dim) => typeof dim === 'number');
  const open = like.shape.filter((dim) => typeof dim === 'string');
  const isInferred = open.length === 0 || (open.length === 1 && quotient(x.shape, fixed) === open[0]);
  return isInferred ? reshape(x, like.shape) : x.graph.add('Reshape', [x, shapeOf(like)]).outputs[0]!;
}

/** Flattens `[d0, ..., dn]` to two dimensions: those before `axis`, and the rest. */
export function flatten(x: Value, axis = 1): Value {
  return x.graph.add('Flatten', [x], { axis: int(axis) }).outputs[0]!;
}

/** Reorders dimensions: output dimension `i` is input dimension `perm[i]`. */
export function transpose(x: Value, perm: readonly number[]): Value {
  return x.graph.add('Transpose', [x], { perm: ints(perm) }).outputs[0]!;
}

/** Inserts dimensions of length 1 at `axes` of the result. */
export function unsqueeze(x: Value, axes: readonly number[]): Value {
  return x.graph.add('Unsqueeze', [x, x.graph.constant(axes, { dtype: 'int64' })]).outputs[0]!;
}

/** Repeats `x` along its dimensions of length 1 to a known shape. */
export function expandTo(x: Value, shape: readonly number[]): Value {
  return x.graph.add('Expand', [x, x.graph.constant(shape, { dtype: 'int64' })]).outputs[0]!;
}

/** Repeats `x` along its dimensions of length 1 to the shape of `like`. */
export function expandLike(x: Value, like: Value): Value {
  return x.graph.add('Expand', [x, shapeOf(like)]).outputs[0]!;
}
