import type { Value } from '../graph.js';
import { conv, convTranspose, kernelOf, type Window, windowOf } from '../operators/conv.js';
import { reduceSum } from '../operators/reduce.js';
import { fixed, weightGradient } from './conv-weight.js';
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

/** Transposed convolution of x `[n, c, h, w]` with w `[c, channels, kh, kw]`: the convolution that it transposes. */
export const convTransposeGradient = singleOutput((node, dy, [needX, needW, needBias]) => {
  const [x, w] = node.inputs;
  const window = windowOf(node);
  return [
    needX ? conv(dy, w!, window) : undefined,
    needW ? weightGradient(dy, w!, x!, window) : undefined,
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
