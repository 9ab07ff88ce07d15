import type { Value } from '../graph.js';
import { conv, convTranspose, kernelOf, type Window, windowOf } from '../operators/conv.js';
import { matMul } from '../operators/mat-mul.js';
import { reduceSum } from '../operators/reduce.js';
import { reshape, transpose } from '../operators/shape.js';
import { columns, patches } from '../patches.js';
import { formatShape } from '../tensor-type.js';
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

/**
 * Each place of the kernel sees one strided slice of the padded input. All slices together, as rows, times the output
 * gradient is the gradient for every image; their sum is that of the weights. Faster on the CPU than a convolution with
 * the output gradient as a large kernel.
 */
function weightGradient(x: Value, w: Value, dy: Value, window: Window): Value {
  const [kh, kw] = kernelOf(w);
  const [channels, inputs] = [fixed(w, 0), fixed(w, 1)];
  const plane = [fixed(dy, 2), fixed(dy, 3)] as const;
  const rows = columns(patches(x, [kh, kw], plane, window));
  const dyRows = reshape(dy, [dy.shape[0]!, channels, plane[0] * plane[1]]);
  const sum = reduceSum(matMul(dyRows, transpose(rows, [0, 2, 1])), { axes: [0] });
  return transpose(reshape(sum, [channels, kh, kw, inputs]), [0, 3, 1, 2]);
}

function fixed(value: Value, axis: number): number {
  const dim = value.shape[axis];
  if (typeof dim !== 'number')
    throw new RangeError(`dimension ${axis} of ${formatShape(value.shape)} must be a number`);
  return dim;
}
