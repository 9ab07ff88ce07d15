import { stringOf } from '../graph/attribute.js';
import type { Node, Value } from '../graph/graph.js';
import { checkTableSize } from '../graph/table-limit.js';
import { matMul } from '../operators/mat-mul.js';
import { type ResizedAxis, resizedAxes, resizeModeOf } from '../operators/resize.js';
import { transpose } from '../operators/shape.js';

/** One term of an output element: an element of the input along the axis, and its weight. */
interface Term {
  readonly from: number;
  readonly weight: number;
}

/** The terms of each output element along an axis: one element of the input, or two neighbours. */
export function resizeTerms(node: Node, axis: ResizedAxis): Term[][] {
  const isNearest = resizeModeOf(node) === 'nearest';
  checkTableSize(axis.to, 'the list of resized elements');
  return Array.from({ length: axis.to }, (_, i) => {
    const place = placeOf(node, axis, i);
    const last = axis.from - 1;
    const clamp = (at: number) => Math.min(Math.max(at, 0), last);
    if (isNearest) return [{ from: clamp(round(node, place)), weight: 1 }];
    const at = clamp(place);
    const low = Math.floor(at);
    return [
      { from: low, weight: low + 1 - at },
      { from: clamp(low + 1), weight: at - low },
    ];
  });
}

/** The coordinate in the input of an output element. */
function placeOf({ attributes }: Node, { from, to, scale }: ResizedAxis, i: number): number {
  const mode = stringOf(attributes, 'coordinate_transformation_mode', 'half_pixel');
  switch (mode) {
    case 'half_pixel':
      return (i + 0.5) / scale - 0.5;
    case 'pytorch_half_pixel':
      return to > 1 ? (i + 0.5) / scale - 0.5 : 0;
    case 'align_corners':
      return to > 1 ? (i * (from - 1)) / (to - 1) : 0;
    case 'asymmetric':
      return i / scale;
    default:
      throw new RangeError(
        `coordinate_transformation_mode ${mode} is not supported; half_pixel, pytorch_half_pixel, align_corners and asymmetric are`,
      );
  }
}

function round({ attributes }: Node, place: number): number {
  const mode = stringOf(attributes, 'nearest_mode', 'round_prefer_floor');
  switch (mode) {
    case 'round_prefer_floor':
      return Math.ceil(place - 0.5);
    case 'round_prefer_ceil':
      return Math.floor(place + 0.5);
    case 'floor':
      return Math.floor(place);
    case 'ceil':
      return Math.ceil(place);
    default:
      throw new RangeError(
        `nearest_mode ${mode} is not supported; round_prefer_floor, round_prefer_ceil, floor and ceil are`,
      );
  }
}

/** Computes a Resize as one product with a constant matrix along each axis. */
export function resizeByMatrices(node: Node, x: Value): Value {
  return resizedAxes(node).reduce((y: Value, axis) => {
    const matrix = matrixOf(node, axis);
    return alongAxis(y, axis.axis, matrix, [axis.to, axis.from]);
  }, x);
}

/** Applies the transpose of {@link resizeByMatrices}, which turns the gradient of the output into that of the input. */
export function resizeByTransposes(node: Node, dy: Value): Value {
  return resizedAxes(node).reduce((dx: Value, axis) => {
    const { from, to } = axis;
    const matrix = matrixOf(node, axis);
    const transposed = Array.from(
      { length: from * to },
      (_, k) => matrix[(k % to) * from + Math.floor(k / to)]!,
    );
    return alongAxis(dx, axis.axis, transposed, [from, to]);
  }, dy);
}

/** The matrix `[to, from]` of one axis, in row-major order. */
function matrixOf(node: Node, axis: ResizedAxis): number[] {
  checkTableSize(axis.to * axis.from, 'the matrix of a resize');
  const matrix = Array<number>(axis.to * axis.from).fill(0);
  resizeTerms(node, axis).forEach((terms, i) => {
    for (const { from, weight } of terms) matrix[i * axis.from + from]! += weight;
  });
  return matrix;
}

/** Multiplies `x` by a matrix along an axis. */
function alongAxis(x: Value, axis: number, matrix: readonly number[], shape: readonly number[]): Value {
  const factor = x.graph.constant(matrix, { shape, dtype: x.dtype });
  const last = x.shape.length - 1;
  if (axis === last - 1) return matMul(factor, x);
  if (axis === last) return matMul(x, transpose(factor, [1, 0]));
  const perm = x.shape.map((_, i) => (i === axis ? last - 1 : i === last - 1 ? axis : i));
  return transpose(matMul(factor, transpose(x, perm)), perm);
}
