import type { Value } from '../graph/graph.js';
import { checkTableSize } from '../graph/table-limit.js';
import { sizeOf } from '../graph/tensor-type.js';
import { reshape } from '../operators/shape.js';
import { concat, pad, slice } from '../operators/slice.js';
import type { Window } from '../operators/window.js';

/**
 * The elements of `x` `[n, c, ...]` that each place of a kernel meets: one strided slice `[n, c, ...plane]` of the padded
 * input for each place, in reading order. `plane` is the plane of the output.
 */
export function patches(
  x: Value,
  plane: readonly number[],
  { kernel, strides, pads, dilations }: Window,
): Value[] {
  const padded = pads.some((side) => side !== 0) ? pad(x, planePads(pads)) : x;
  const axes = kernel.map((_, i) => i + 2);
  return placesOf(kernel).map((place) => {
    const starts = place.map((at, i) => at * dilations[i]!);
    const ends = starts.map((start, i) => start + strides[i]! * (plane[i]! - 1) + 1);
    const whole = starts.every((start, i) => start === 0 && ends[i] === padded.shape[i + 2]);
    return whole && strides.every((stride, i) => stride === 1 || plane[i] === 1)
      ? padded
      : slice(padded, { starts, ends, axes, steps: strides });
  });
}

/** Extends the pads of a plane to pads of the whole tensor `[n, c, ...plane]`. */
export function planePads(pads: readonly number[]): number[] {
  const rank = pads.length / 2;
  return [0, 0, ...pads.slice(0, rank), 0, 0, ...pads.slice(rank)];
}

/** Coordinates of the places of a kernel, in reading order. */
function placesOf(kernel: readonly number[]): number[][] {
  checkTableSize(sizeOf(kernel), 'the kernel');
  return kernel.reduce<number[][]>(
    (places, length) => places.flatMap((place) => Array.from({ length }, (_, i) => [...place, i])),
    [[]],
  );
}

/**
 * Stacks patches as the rows of one matrix for each image and group of channels:
 * `[n, groups, places * c / groups, size of the plane]`.
 */
export function columns(places: readonly Value[], groups: number): Value {
  const rows = places.map((place) => {
    const [n, c, ...plane] = place.shape;
    return reshape(place, [n!, groups, Number(c) / groups, sizeOf(plane)!]);
  });
  return rows.length === 1 ? rows[0]! : concat(rows, 2);
}
