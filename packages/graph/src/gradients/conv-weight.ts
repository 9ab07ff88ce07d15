import { annotateWeightGradient } from '../composites/annotations.js';
import { columns, patches } from '../composites/patches.js';
import type { Value } from '../graph/graph.js';
import { sizeOf } from '../graph/tensor-type.js';
import type { ConvWindow } from '../operators/conv.js';
import { matMul } from '../operators/mat-mul.js';
import { knownDim } from '../operators/operator.js';
import { reduceSum } from '../operators/reduce.js';
import { reshape, transpose } from '../operators/shape.js';
import { concat, pad } from '../operators/slice.js';

/** The gradient of a convolution's weights from that of its output: matrix products, summed over the batch. */
export function weightGradient(x: Value, w: Value, dy: Value, window: ConvWindow): Value {
  const { kernel, strides, groups } = window;
  const gradient =
    kernel.length === 2 && groups === 1 && strides.every((stride) => stride === 1)
      ? fromShifts(x, w, dy, window)
      : fromPatches(x, w, dy, window);
  annotateWeightGradient(gradient, { x, dy, window });
  return gradient;
}

/**
 * The gradient at place (i, j) of the kernel is Σ x[r, s + j - left] dy[r - i + top, s] over rows r of the input and columns
 * s of the output. So x is shifted sideways once for each column of the kernel, dy up or down once for each row, and all
 * rows are multiplied at once. Takes half to three quarters of the time of {@link fromPatches}.
 */
function fromShifts(x: Value, w: Value, dy: Value, { kernel, pads, dilations }: ConvWindow): Value {
  const [kh, kw, top, left] = [kernel[0]!, kernel[1]!, pads[0]!, pads[1]!];
  const [channels, inputs, height] = [knownDim(w, 0), knownDim(w, 1), knownDim(x, 2)];
  const [rows, width] = [knownDim(dy, 2), knownDim(dy, 3)];
  const dyRows = reshape(dy, [dy.shape[0]!, channels, rows * width]);
  const shifted = range(kh).map((i) => move(dyRows, 2, (i * dilations[0]! - top) * width, height * width));
  const factor = concat(shifted, 1);
  const products = range(kw).map((j) => {
    const places = reshape(move(x, 3, left - j * dilations[1]!, width), [
      x.shape[0]!,
      inputs,
      height * width,
    ]);
    const sum = reduceSum(matMul(factor, transpose(places, [0, 2, 1])), { axes: [0] });
    return reshape(sum, [kh, channels, 1, inputs]);
  });
  return transpose(concat(products, 2), [1, 3, 0, 2]);
}

/**
 * Each place of the kernel meets one strided slice of the padded input. The product of these slices, as rows, with the
 * gradient of the output is the gradient of the weights for every image, group by group.
 */
function fromPatches(x: Value, w: Value, dy: Value, window: ConvWindow): Value {
  const { kernel, groups } = window;
  const [channels, inputs] = [knownDim(w, 0), knownDim(w, 1)];
  const plane = dy.shape.slice(2).map((_, i) => knownDim(dy, i + 2));
  const places = sizeOf(kernel);
  const rows = columns(patches(x, plane, window), groups);
  const dyRows = reshape(dy, [dy.shape[0]!, groups, channels / groups, sizeOf(plane)]);
  const sum = reduceSum(matMul(dyRows, transpose(rows, [0, 1, 3, 2])), { axes: [0] });
  const byPlace = transpose(reshape(sum, [channels, places, inputs]), [0, 2, 1]);
  return reshape(byPlace, [channels, inputs, ...kernel]);
}

/** Shifts `x` by `offset` along an axis and cuts it to `length`; zeros fill the places that become free. */
function move(x: Value, axis: number, offset: number, length: number): Value {
  const own = knownDim(x, axis);
  if (offset === 0 && own === length) return x;
  const pads = x.shape.flatMap(() => [0, 0]);
  pads[axis] = offset;
  pads[axis + x.shape.length] = length - own - offset;
  return pad(x, pads);
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
