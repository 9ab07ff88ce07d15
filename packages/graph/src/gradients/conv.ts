import type { Value } from '../graph.js';
import { convTranspose, kernelOf, type Window, windowOf } from '../operators/conv.js';
import { matMul } from '../operators/mat-mul.js';
import { reduceSum } from '../operators/reduce.js';
import { reshape, transpose } from '../operators/shape.js';
import { concat, pad, slice } from '../operators/slice.js';
import { singleOutput } from './gradient-rule.js';

/** Convolution of x `[n, c, h, w]` with w `[channels, c, kh, kw]`. */
export const convGradient = singleOutput((node, dy, [needX, needW, needBias]) => {
  const [x, w] = node.inputs;
  const window = windowOf(node);
  return [
    needX ? inputGradient(x!, w!, dy, window) : undefined,
    needW ? weightGradient(x!, w!, dy, window) : undefined,
    needBias ? reduceSum(dy, { axes: [0, 2, 3] }) : undefined,
  ];
});

/** The transposed convolution; rows and columns that the stride did not reach come back as output padding. */
function inputGradient(x: Value, w: Value, dy: Value, window: Window): Value {
  const kernel = kernelOf(w);
  const outputPadding = [0, 1].map((i) => {
    const { strides, pads, dilations } = window;
    const covered = strides[i]! * (fixed(dy, i + 2) - 1) + dilations[i]! * (kernel[i]! - 1) + 1;
    return fixed(x, i + 2) + pads[i]! + pads[i + 2]! - covered;
  }) as [number, number];
  return convTranspose(dy, w, { ...window, outputPadding });
}

/**
 * Each place of the kernel sees one strided slice of the padded input. All slices together, as rows, times the output
 * gradient is the gradient for every image; their sum is that of the weights. Faster on the CPU than a convolution with
 * the output gradient as a large kernel.
 */
function weightGradient(x: Value, w: Value, dy: Value, { strides, pads, dilations }: Window): Value {
  const [kh, kw] = kernelOf(w);
  const [channels, inputs] = [fixed(w, 0), fixed(w, 1)];
  const [oh, ow] = [fixed(dy, 2), fixed(dy, 3)];
  const padded = pads.some((side) => side > 0) ? pad(x, [0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]]) : x;
  const slices: Value[] = [];
  for (let i = 0; i < kh; i++)
    for (let j = 0; j < kw; j++) {
      const starts = [i * dilations[0], j * dilations[1]];
      const ends = [starts[0]! + strides[0] * (oh - 1) + 1, starts[1]! + strides[1] * (ow - 1) + 1];
      const whole = kh * kw === 1 && oh === padded.shape[2] && ow === padded.shape[3];
      slices.push(whole ? padded : slice(padded, { starts, ends, axes: [2, 3], steps: strides }));
    }
  const columns = slices.length === 1 ? slices[0]! : concat(slices, 1);
  const rows = (value: Value, count: number) => reshape(value, [value.shape[0]!, count, oh * ow]);
  const perImage = matMul(rows(dy, channels), transpose(rows(columns, kh * kw * inputs), [0, 2, 1]));
  const sum = reduceSum(perImage, { axes: [0] });
  return transpose(reshape(sum, [channels, kh, kw, inputs]), [0, 3, 1, 2]);
}

function fixed(value: Value, axis: number): number {
  const dim = value.shape[axis];
  if (typeof dim !== 'number') throw new RangeError(`dimension ${axis} of ${value.name} is symbolic`);
  return dim;
}
