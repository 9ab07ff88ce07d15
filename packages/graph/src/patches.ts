import type { Value } from './graph.js';
import type { Window } from './operators/conv.js';
import { reshape } from './operators/shape.js';
import { concat, pad, slice } from './operators/slice.js';

/**
 * What each place of a kernel sees of `x` `[n, c, h, w]`: for the places in reading order one strided slice of the padded
 * input `[n, c, oh, ow]`, where `[oh, ow]` is the plane of the convolution's output.
 */
export function patches(
  x: Value,
  [kh, kw]: readonly [number, number],
  [oh, ow]: readonly [number, number],
  { strides, pads, dilations }: Window,
): Value[] {
  const padded = pads.some((side) => side > 0) ? pad(x, [0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]]) : x;
  const places: Value[] = [];
  for (let i = 0; i < kh; i++)
    for (let j = 0; j < kw; j++) {
      const starts = [i * dilations[0], j * dilations[1]];
      const ends = [starts[0]! + strides[0] * (oh - 1) + 1, starts[1]! + strides[1] * (ow - 1) + 1];
      const whole = kh * kw === 1 && oh === padded.shape[2] && ow === padded.shape[3];
      places.push(whole ? padded : slice(padded, { starts, ends, axes: [2, 3], steps: strides }));
    }
  return places;
}

/** Patches one below the other as the rows of a matrix for each image: `[n, places * c, oh * ow]`. */
export function columns(places: readonly Value[]): Value {
  const stacked = places.length === 1 ? places[0]! : concat(places, 1);
  const [n, rows, oh, ow] = stacked.shape;
  return reshape(stacked, [n!, rows!, Number(oh) * Number(ow)]);
}
