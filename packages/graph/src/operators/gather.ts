import { int, numberOf, string, stringOf } from '../graph/attribute.js';
import type { Node, Value } from '../graph/graph.js';
import { formatShape, normalizeAxis, sameShape } from '../graph/tensor-type.js';
import { inputOf, type Operator } from './operator.js';

export const gatherOperator: Operator = {
  infer: (node) => {
    const [{ dtype, shape }, indices] = [inputOf(node, 0), indicesOf(node)];
    const axis = normalizeAxis(numberOf(node.attributes, 'axis', 0), shape.length);
    return [{ dtype, shape: [...shape.slice(0, axis), ...indices.shape, ...shape.slice(axis + 1)] }];
  },
};

export const gatherElementsOperator: Operator = {
  infer: (node) => {
    const [{ dtype, shape }, indices] = [inputOf(node, 0), indicesOf(node)];
    normalizeAxis(numberOf(node.attributes, 'axis', 0), shape.length);
    if (indices.shape.length !== shape.length)
      throw new RangeError('the indices must have as many dimensions as the input');
    return [{ dtype, shape: indices.shape }];
  },
};

export const gatherNDOperator: Operator = {
  infer: (node) => {
    const [{ dtype, shape }, indices] = [inputOf(node, 0), indicesOf(node)];
    const batch = numberOf(node.attributes, 'batch_dims', 0);
    const used = indexedDims(node) + batch;
    if (!sameShape(shape.slice(0, batch), indices.shape.slice(0, batch)))
      throw new RangeError(`the first ${batch} dimensions differ`);
    return [{ dtype, shape: [...indices.shape.slice(0, -1), ...shape.slice(used)] }];
  },
};

export const scatterElementsOperator: Operator = {
  infer: (node) => {
    const [{ dtype, shape }, indices, updates] = [inputOf(node, 0), indicesOf(node), inputOf(node, 2)];
    normalizeAxis(numberOf(node.attributes, 'axis', 0), shape.length);
    checkUpdates(node, indices.shape);
    if (updates.shape.length !== shape.length)
      throw new RangeError('the updates must have as many dimensions as the input');
    return [{ dtype, shape }];
  },
};

export const scatterNDOperator: Operator = {
  infer: (node) => {
    const [{ dtype, shape }, indices] = [inputOf(node, 0), indicesOf(node)];
    checkUpdates(node, [...indices.shape.slice(0, -1), ...shape.slice(indexedDims(node))]);
    return [{ dtype, shape }];
  },
};

function indicesOf(node: Node): Value {
  const indices = inputOf(node, 1);
  if (indices.dtype !== 'int64' && indices.dtype !== 'int32')
    throw new RangeError('the indices must be int64 or int32');
  return indices;
}

function checkUpdates(node: Node, expected: Value['shape']): void {
  const updates = inputOf(node, 2);
  if (updates.dtype !== inputOf(node, 0).dtype) throw new RangeError('element types differ');
  if (!sameShape(updates.shape, expected))
    throw new RangeError(`the updates must be ${formatShape(expected)}`);
}

/** How many dimensions of the input the indices `[..., k]` of a GatherND or ScatterND address. */
function indexedDims(node: Node): number {
  const [{ shape }, indices] = [inputOf(node, 0), inputOf(node, 1)];
  const count = indices.shape.at(-1);
  const most = shape.length - numberOf(node.attributes, 'batch_dims', 0);
  if (typeof count !== 'number' || count < 1 || count > most)
    throw new RangeError(`the last dimension of the indices must be 1 to ${most}`);
  return count;
}

/** Takes `x` at `indices` along an axis, which their dimensions replace: rows of a matrix, by default. */
export function gather(x: Value, indices: Value, axis = 0): Value {
  return x.graph.add('Gather', [x, indices], { axis: int(axis) }).outputs[0]!;
}

/** `y[i, j, ...] = x[indices[i, j, ...], j, ...]` for axis 0; `y` has the shape of the indices. */
export function gatherElements(x: Value, indices: Value, axis = 0): Value {
  return x.graph.add('GatherElements', [x, indices], { axis: int(axis) }).outputs[0]!;
}

/** `y[i, ...] = x[indices[i, 0], ..., indices[i, k - 1], ...]` for indices `[..., k]`. */
export function gatherND(x: Value, indices: Value): Value {
  return x.graph.add('GatherND', [x, indices]).outputs[0]!;
}

/** What an update does to its element: replace it, or add to it. */
export type ScatterReduction = 'none' | 'add';

/**
 * For axis 0, returns `x` with `x[indices[i, j, ...], j, ...]` replaced by `updates[i, j, ...]`, or with the updates added;
 * several updates of one element add up.
 */
export function scatterElements(
  x: Value,
  indices: Value,
  updates: Value,
  reduction: ScatterReduction = 'none',
  axis = 0,
): Value {
  const attributes = { axis: int(axis), reduction: string(reduction) };
  return x.graph.add('ScatterElements', [x, indices, updates], attributes).outputs[0]!;
}

/** `x` with `x[indices[i, 0], ..., indices[i, k - 1], ...]` replaced by `updates[i, ...]`, for indices `[..., k]`. */
export function scatterND(x: Value, indices: Value, updates: Value): Value {
  return x.graph.add('ScatterND', [x, indices, updates]).outputs[0]!;
}

/** The reduction of a ScatterElements or ScatterND node, one of those that have a gradient. */
export function reductionOf({ attributes }: Node): ScatterReduction {
  const reduction = stringOf(attributes, 'reduction', 'none');
  if (reduction !== 'none' && reduction !== 'add')
    throw new RangeError(`reduction ${reduction} is not supported; none and add are`);
  return reduction;
}
