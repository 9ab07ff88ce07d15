import { perChannel, sumPerChannel } from '../composites/per-channel.js';
import type { Value } from '../graph/graph.js';
import { epsilonOf } from '../operators/batch-normalization.js';
import { add, div, mul, sqrt, sub } from '../operators/elementwise.js';
import { groupsOf, layerAxes } from '../operators/normalization.js';
import { reduceMean } from '../operators/reduce.js';
import { reshape, reshapeLike } from '../operators/shape.js';
import { type GradientRule, singleOutput, sumToShapeOf } from './gradient-rule.js';

// x̂ = (x - mean) inv with inv = 1 / sqrt(variance + epsilon), y = scale x̂ + bias: with g = dy scale,
// dx = inv (g - mean(g) - x̂ mean(g x̂)), dscale = Σ dy x̂, dbias = Σ dy. The operators differ in the dimensions of mean and scale.

/** LayerNormalization: mean and scale over the last dimensions */
export const layerNormalizationGradient: GradientRule = (node, [dy, dMean, dInverse], needed) => {
  if (dMean || dInverse || !dy) throw new RangeError('only its first output can be differentiated');
  const [x, scale, bias] = node.inputs as [Value, Value, Value | undefined];
  const normalized = normalize(x, layerAxes(node), epsilonOf(node));
  return [
    needed[0] ? normalized.backward(mul(dy, scale)) : undefined,
    needed[1] ? sumToShapeOf(mul(dy, normalized.value), scale) : undefined,
    bias && needed[2] ? sumToShapeOf(dy, bias) : undefined,
  ];
};

/** InstanceNormalization: mean over each plane */
export const instanceNormalizationGradient = singleOutput((node, dy, needed) => {
  const [x, scale] = node.inputs as [Value, Value];
  const normalized = normalize(x, planeAxes(x), epsilonOf(node));
  return [
    needed[0] ? normalized.backward(mul(dy, perChannel(scale, x))) : undefined,
    needed[1] ? sumPerChannel(mul(dy, normalized.value)) : undefined,
    needed[2] ? sumPerChannel(dy) : undefined,
  ];
});

/** GroupNormalization: mean over each group of channels, as rows `[n, groups, elements]` */
export const groupNormalizationGradient = singleOutput((node, dy, needed) => {
  const [x, scale] = node.inputs as [Value, Value];
  const rows = (value: Value) => reshape(value, [0, groupsOf(node), -1]);
  const normalized = normalize(rows(x), [2], epsilonOf(node));
  return [
    needed[0] ? reshapeLike(normalized.backward(rows(mul(dy, perChannel(scale, x)))), x) : undefined,
    needed[1] ? sumPerChannel(mul(dy, reshapeLike(normalized.value, x))) : undefined,
    needed[2] ? sumPerChannel(dy) : undefined,
  ];
});

/** x̂, and the function that turns its gradient into the gradient of x. */
function normalize(x: Value, axes: readonly number[], epsilon: number) {
  const mean = (value: Value) => reduceMean(value, { axes, keepDims: true });
  const centered = sub(x, mean(x));
  const inverse = div(1, sqrt(add(mean(mul(centered, centered)), epsilon)));
  const value = mul(centered, inverse);
  const backward = (g: Value) => mul(inverse, sub(sub(g, mean(g)), mul(value, mean(mul(g, value)))));
  return { value, backward };
}

/** The dimensions of the plane of `[n, c, ...]`. */
function planeAxes({ shape }: Value): number[] {
  return shape.flatMap((_, i) => (i > 1 ? [i] : []));
}
