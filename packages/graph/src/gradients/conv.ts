import { sumPerChannel } from '../composites/per-channel.js';
import type { Value } from '../graph/graph.js';
import { type ConvWindow, conv, convTranspose, convWindowOf } from '../operators/conv.js';
import { knownDim } from '../operators/operator.js';
import { spanOf } from '../operators/window.js';
import { weightGradient } from './conv-weight.js';
import { singleOutput } from './gradient-rule.js';

/** y = convolution of x `[n, c, ...]` with w `[channels, c / groups, ...]`: dx is the transposed convolution of dy */
export const convGradient = singleOutput((node, dy, [needX, needW, needBias]) => {
  const [x, w] = node.inputs;
  const window = convWindowOf(node);
  return [
    needX ? inputGradient(x!, w!, dy, window) : undefined,
    needW ? weightGradient(x!, w!, dy, window) : undefined,
    needBias ? sumPerChannel(dy) : undefined,
  ];
});

/** y = transposed convolution of x `[n, c, ...]` with w `[c, channels / groups, ...]`: dx is the convolution of dy */
export const convTransposeGradient = singleOutput((node, dy, [needX, needW, needBias]) => {
  const [x, w] = node.inputs;
  const window = convWindowOf(node);
  return [
    needX ? conv(dy, w!, window) : undefined,
    needW ? weightGradient(dy, w!, x!, window) : undefined,
    needBias ? sumPerChannel(dy) : undefined,
  ];
});

/** Transposes the convolution; output padding restores rows and columns that the stride did not reach. */
function inputGradient(x: Value, w: Value, dy: Value, window: ConvWindow): Value {
  const { kernel, strides, pads } = window;
  const outputPadding = kernel.map((_, i) => {
    const covered = strides[i]! * (knownDim(dy, i + 2) - 1) + spanOf(window, i);
    return knownDim(x, i + 2) + pads[i]! + pads[i + kernel.length]! - covered;
  });
  return convTranspose(dy, w, { ...window, outputPadding });
}
