import { numberOf } from '../graph/attribute.js';
import type { Value } from '../graph/graph.js';
import { normalizeAxis, type Shape, sizeOf } from '../graph/tensor-type.js';
import { add, mul } from '../operators/elementwise.js';
import { gatherElements, gatherND, reductionOf, scatterElements, scatterND } from '../operators/gather.js';
import { knownDim } from '../operators/operator.js';
import { reduceSum } from '../operators/reduce.js';
import { expandLike, reshape, reshapeLike } from '../operators/shape.js';
import { pad } from '../operators/slice.js';
import { where } from '../operators/where.js';
import { singleOutput, zerosLike } from './gradient-rule.js';

// ScatterND with reduction "add" is avoided: in ONNX Runtime 1.30 its threads lose updates of the same element.

/** y = rows of x along an axis, by indices: dx sums, for each row, dy over all places that took it */
export const gatherGradient = singleOutput(({ inputs: [x, indices], attributes }, dy) => {
  const axis = normalizeAxis(numberOf(attributes, 'axis', 0), x!.shape.length);
  const before = x!.shape.slice(0, axis);
  const after = x!.shape.slice(axis + 1);
  const index = indices!.data?.length === 1 ? Number(indices!.data[0]) : undefined;
  const length = x!.shape[axis]!;
  if (index !== undefined && typeof length === 'number') {
    const row = withDims(dy, before, 1, after);
    return [pad(row, padsAround(x!.shape, axis, index < 0 ? index + length : index, length))];
  }
  const rows = indices!.shape.length === 1 ? dy : withDims(dy, before, -1, after);
  return [addRows(x!, reshape(indices!, [-1]), rows, axis)];
});

function withDims(dy: Value, before: Shape, length: number, after: Shape): Value {
  return reshape(dy, [...before.map(() => 0), length, ...after]);
}

function padsAround(shape: Shape, axis: number, index: number, length: number): number[] {
  return [
    ...shape.map((_, i) => (i === axis ? index : 0)),
    ...shape.map((_, i) => (i === axis ? length - 1 - index : 0)),
  ];
}

/** Adds `rows` `[..., m, ...]` to zeros in the shape of `x`, at `indices` `[m]` along an axis. */
function addRows(x: Value, indices: Value, rows: Value, axis: number): Value {
  const after = rows.shape.slice(axis + 1).map(() => 1);
  const places = expandLike(reshape(indices, [-1, ...after]), rows);
  return scatterElements(zerosLike(x), places, rows, 'add', axis);
}

/** y[i, j, ...] = x[indices[i, j, ...], j, ...]: dx sums dy over all places that took an element */
export const gatherElementsGradient = singleOutput(({ inputs: [x, indices], attributes }, dy) => [
  scatterElements(zerosLike(x!), indices!, dy, 'add', numberOf(attributes, 'axis', 0)),
]);

/** Gather of rows from x with its first k dimensions joined, for indices `[..., k]` */
export const gatherNDGradient = singleOutput(({ inputs: [x, indices], attributes }, dy) => {
  if (numberOf(attributes, 'batch_dims', 0) !== 0) throw new RangeError('batch_dims must be 0');
  const count = knownDim(indices!, indices!.shape.length - 1);
  const dims = Array.from({ length: count }, (_, i) => (i === 0 ? 0 : knownDim(x!, i)));
  const strides = dims.map((_, i) => sizeOf(dims.slice(i + 1)));
  const list = (values: readonly number[]) => x!.graph.constant(values, { dtype: indices!.dtype });
  // Negative indices count from the end; in the first dimension they still do once the dimensions are joined.
  const isNegative = x!.graph.add('Less', [indices, x!.graph.constant(0, { dtype: indices!.dtype })]);
  const fromFront = where(isNegative.outputs[0]!, add(indices!, list(dims)), indices!);
  const flat = reduceSum(mul(fromFront, list(strides)), { axes: [-1] });
  const rest = x!.shape.slice(count);
  const rows = reshape(zerosLike(x!), [-1, ...rest]);
  return [reshapeLike(addRows(rows, reshape(flat, [-1]), reshape(dy, [-1, ...rest]), 0), x!)];
});

/** y = x with updates in some places: dx = dy, and 0 where an update replaced x; dupdates = dy in their places */
export const scatterElementsGradient = singleOutput((node, dy, [needX, , needUpdates]) => {
  const [, indices, updates] = node.inputs;
  const axis = numberOf(node.attributes, 'axis', 0);
  const reduction = reductionOf(node);
  const replaced = () => scatterElements(dy, indices!, zerosLike(updates!), 'none', axis);
  return [
    needX ? (reduction === 'add' ? dy : replaced()) : undefined,
    undefined,
    needUpdates ? gatherElements(dy, indices!, axis) : undefined,
  ];
});

/** The gradient of ScatterElements, for indices `[..., k]` */
export const scatterNDGradient = singleOutput((node, dy, [needX, , needUpdates]) => {
  const [, indices, updates] = node.inputs;
  const reduction = reductionOf(node);
  const replaced = () => scatterND(dy, indices!, zerosLike(updates!));
  return [
    needX ? (reduction === 'add' ? dy : replaced()) : undefined,
    undefined,
    needUpdates ? gatherND(dy, indices!) : undefined,
  ];
});
