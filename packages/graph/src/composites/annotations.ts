import { int, ints, intsOf, numberOf } from '../graph/attribute.js';
import type { Value } from '../graph/graph.js';
import { sameShape } from '../graph/tensor-type.js';
import { type ConvWindow, kernelOf } from '../operators/conv.js';
import { spanOf } from '../operators/window.js';

const convWeightGradient = 'ConvWeightGradient';
const reluGradient = 'ReluGradient';

/** A gradient of the weights of a convolution of `x`; it has the shape of the weights. */
export interface WeightGradient {
  readonly x: Value;
  /** The gradient of the convolution's output. */
  readonly dy: Value;
  readonly window: ConvWindow;
}

/** States that `gradient` is the gradient of a convolution's weights. */
export function annotateWeightGradient(gradient: Value, { x, dy, window }: WeightGradient): void {
  const { strides, pads, dilations, groups } = window;
  gradient.graph.annotate(gradient, {
    op: convWeightGradient,
    inputs: [x, dy],
    attributes: {
      strides: ints(strides),
      pads: ints(pads),
      dilations: ints(dilations),
      group: int(groups),
    },
  });
}

/** The convolution whose weights `value` is the gradient of, or `undefined` if it is not annotated as one. */
export function weightGradientOf(value: Value): WeightGradient | undefined {
  const { op, inputs = [], attributes = {} } = value.annotation ?? {};
  const [x, dy] = inputs;
  if (op !== convWeightGradient || !x || !dy || value.shape.length < 3) return undefined;
  const [strides, pads, dilations] = ['strides', 'pads', 'dilations'].map((name) => intsOf(attributes, name));
  if (!strides || !pads || !dilations) return undefined;
  const window = {
    kernel: kernelOf(value),
    strides,
    pads,
    dilations,
    groups: numberOf(attributes, 'group', 1),
  };
  return fits(value, x, dy, window) ? { x, dy, window } : undefined;
}

/** Whether shapes agree with the window: an annotation from a file may state anything. */
function fits(
  w: Value,
  x: Value,
  dy: Value,
  { kernel, strides, pads, dilations, groups }: ConvWindow,
): boolean {
  const rank = kernel.length;
  const counts = [...strides, ...dilations, groups];
  const plane = kernel.map((_, i) => {
    const covered = spanOf({ kernel, strides, pads, dilations }, i);
    return Math.floor((Number(x.shape[i + 2]) + pads[i]! + pads[i + rank]! - covered) / strides[i]!) + 1;
  });
  return (
    counts.length === 2 * rank + 1 &&
    counts.every((count) => count >= 1) &&
    sameShape(dy.shape, [x.shape[0]!, w.shape[0]!, ...plane]) &&
    x.shape.length === rank + 2 &&
    x.shape[1] === Number(w.shape[1]) * groups
  );
}

/** States that `dx` is the gradient of the input of a ReLU whose output is `y`. */
export function annotateReluGradient(dx: Value, y: Value): void {
  dx.graph.annotate(dx, { op: reluGradient, inputs: [y], attributes: {} });
}

/** The output of the ReLU whose input `value` is the gradient of, or `undefined` if it is not annotated as one. */
export function reluOutputOf({ annotation, shape }: Value): Value | undefined {
  const [y] = annotation?.inputs ?? [];
  return annotation?.op === reluGradient && y && sameShape(y.shape, shape) ? y : undefined;
}
