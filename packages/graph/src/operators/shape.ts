import { int, ints, intsOf, numberOf } from '../attribute.js';
import type { Value } from '../graph.js';
import { type Dim, formatShape, normalizeAxis, type Shape, sizeOf } from '../tensor-type.js';
import { constantInts, inputOf, type Operator } from './operator.js';

export const shapeOperator: Operator = {
  infer: (node) => [{ dtype: 'int64', shape: [inputOf(node, 0).shape.length] }],
};

export const sizeOperator: Operator = { infer: () => [{ dtype: 'int64', shape: [] }] };

export const reshapeOperator: Operator = {
  infer: (node) => {
    const x = inputOf(node, 0);
    const target = constantInts(node, 1);
    if (!target) throw new RangeError('the target shape is missing');
    const copied = (i: number): Dim => {
      const dim = x.shape[i];
      if (dim === undefined)
        throw new RangeError(`target dimension ${i} is 0, and the input has none to copy`);
      return dim;
    };
    const shape = target.map((dim, i) => (dim === 0 ? copied(i) : dim));
    return [{ dtype: x.dtype, shape: shape.map((dim) => (dim === -1 ? inferredDim(x.shape, shape) : dim)) }];
  },
};

/** The length of the dimension given as -1: what the others leave over. */
function inferredDim(from: Shape, to: readonly Dim[]): Dim {
  const rest = to.filter((dim) => dim !== -1);
  if (rest.length < to.length - 1) throw new RangeError(`only one dimension of ${formatShape(to)} may be -1`);
  const unmatched = [...rest];
  const left: Dim[] = [];
  for (const dim of from) {
    const i = typeof dim === 'string' ? unmatched.indexOf(dim) : -1;
    if (i >= 0) unmatched.splice(i, 1);
    else left.push(dim);
  }
  const [total, used] = [sizeOf(left), sizeOf(unmatched)];
  const names = left.filter((dim) => typeof dim === 'string');
  if (total === undefined && used !== undefined && names.length === 1) {
    const fixed = sizeOf(left.filter((dim) => typeof dim === 'number'))!;
    if (fixed === used) return names[0]!;
    return `${formatShape(from)}/${used}`;
  }
  if (total === undefined || used === undefined) return `${formatShape(from)}/${formatShape(rest)}`;
  if (total % used !== 0) throw new RangeError(`${formatShape(from)} cannot become ${formatShape(to)}`);
  return total / used;
}

export const flattenOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = inputOf(node, 0);
    const axis = numberOf(node.attributes, 'axis', 1);
    const split = axis === shape.length ? axis : normalizeAxis(axis, shape.length);
    const product = (dims: Shape): Dim => (dims.length === 1 ? dims[0]! : (sizeOf(dims) ?? dims.join('*')));
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
      throw new RangeError(`[${perm.join(', ')}] is not an order of ${shape.length} dimensions`);
    return [{ dtype, shape: perm.map((i) => shape[i]!) }];
  },
};

/** The order of dimensions a Transpose gives; without one it turns it round. */
export function permutationOf(attributes: Parameters<typeof intsOf>[0], rank: number): readonly number[] {
  return intsOf(attributes, 'perm') ?? Array.from({ length: rank }, (_, i) => rank - 1 - i);
}

export const expandOperator: Operator = {
  infer: (node) => {
    // The target is the shape of a value: `expandLike` is the only builder.
    const target = node.inputs[1]?.producer;
    if (target?.op !== 'Shape') throw new RangeError('the target must come from Shape');
    return [{ dtype: inputOf(node, 0).dtype, shape: inputOf(target, 0).shape }];
  },
};

/** The shape of `x` as int64 `[rank]`, known when the graph runs. */
export function shapeOf(x: Value): Value {
  return x.graph.add('Shape', [x]).outputs[0]!;
}

/** The number of elements of `x` as an int64 scalar, known when the graph runs. */
export function sizeValueOf(x: Value): Value {
  return x.graph.add('Size', [x]).outputs[0]!;
}

/**
 * The same elements in another shape. One dimension may be -1, or the name of a symbolic one: it gets what the others leave.
 * 0 copies the input's dimension.
 */
export function reshape(x: Value, shape: Shape): Value {
  const symbolic = shape.filter((dim) => typeof dim === 'string' || dim === -1);
  if (symbolic.length > 1)
    throw new RangeError(
      `reshape: ${formatShape(shape)} has more than one dimension to be found when the graph runs`,
    );
  const target = x.graph.constant(
    shape.map((dim) => (typeof dim === 'string' ? -1 : dim)),
    { dtype: 'int64' },
  );
  return x.graph.add('Reshape', [x, target]).outputs[0]!;
}

/** `[d0, ..., dn]` to two dimensions: those before `axis`, and the rest. */
export function flatten(x: Value, axis = 1): Value {
  return x.graph.add('Flatten', [x], { axis: int(axis) }).outputs[0]!;
}

/** Dimensions in another order: output dimension `i` is input dimension `perm[i]`. */
export function transpose(x: Value, perm: readonly number[]): Value {
  return x.graph.add('Transpose', [x], { perm: ints(perm) }).outputs[0]!;
}

/** Repeats `x` along its dimensions of length 1 to the shape of `like`. */
export function expandLike(x: Value, like: Value): Value {
  return x.graph.add('Expand', [x, shapeOf(like)]).outputs[0]!;
}
