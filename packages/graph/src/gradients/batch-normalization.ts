import { perChannel, sumPerChannel } from '../composites/per-channel.js';
import type { Node, Value } from '../graph/graph.js';
import { batchNormalization, epsilonOf, isTraining } from '../operators/batch-normalization.js';
import { cast } from '../operators/cast.js';
import { add, div, mul, neg, sqrt, sub } from '../operators/elementwise.js';
import { sizeValueOf } from '../operators/shape.js';
import type { GradientRule } from './gradient-rule.js';

/** y = scale (x - mean) / sqrt(variance + epsilon) + bias, by the statistics of the batch or by given ones. */
export const batchNormalizationGradient: GradientRule = (node, outputGradients, needed) =>
  isTraining(node)
    ? trainingGradient(node, outputGradients)
    : inferenceGradient(node, outputGradients[0]!, needed);

/**
 * With m elements a channel, inv = 1 / sqrt(variance + epsilon) and x̂ = (x - mean) inv: dbias = Σ dy, dscale = Σ dy x̂,
 * dx = scale inv (dy - x̂ dscale/m - dbias/m), and the statistics add 2 (x - mean) dvariance/m + dmean/m. The terms
 * in x̂ form another batch normalisation, which takes one pass.
 */
function trainingGradient(
  node: Node,
  [dy, dMean, dVariance]: readonly (Value | undefined)[],
): (Value | undefined)[] {
  const [x, scale] = node.inputs as [Value, Value];
  const [, mean, variance] = node.outputs as [Value, Value, Value];
  const epsilon = epsilonOf(node);
  const count = div(cast(sizeValueOf(x), x.dtype), cast(sizeValueOf(scale), x.dtype));
  const deviation = sqrt(add(variance, epsilon));
  const normalized = (weight: Value, bias: Value) =>
    batchNormalization(x, div(weight, count), div(bias, count), mean, variance, { epsilon });
  const fromVariance = dVariance && mul(mul(dVariance, 2), deviation);
  if (!dy) {
    const none = mul(mean, 0);
    return [normalized(fromVariance ?? none, dMean ?? none)];
  }
  const sums = sumsPerChannel(x, dy);
  const weight = div(sub(sums.dyx, mul(mean, sums.dy)), deviation);
  const a = div(scale, deviation);
  const [toWeight, toBias] = [neg(mul(a, weight)), neg(mul(a, sums.dy))];
  const rest = normalized(
    fromVariance ? add(toWeight, fromVariance) : toWeight,
    dMean ? add(toBias, dMean) : toBias,
  );
  return [add(mul(dy, perChannel(a, x)), rest), weight, sums.dy];
}

/** The statistics are constants: dx = dy scale inv, dmean = -Σ dy scale inv, dvariance = -½ dscale scale inv² */
function inferenceGradient(
  node: Node,
  dy: Value,
  [needX, ...needed]: readonly boolean[],
): (Value | undefined)[] {
  const [x, scale, , mean, variance] = node.inputs as [Value, Value, Value, Value, Value];
  const inverse = div(1, sqrt(add(variance, epsilonOf(node))));
  const a = mul(scale, inverse);
  const dx = needX ? mul(dy, perChannel(a, x)) : undefined;
  if (!needed.some(Boolean)) return [dx];
  const sums = sumsPerChannel(x, dy);
  const weight = mul(inverse, sub(sums.dyx, mul(mean, sums.dy)));
  return [
    dx,
    weight,
    sums.dy,
    neg(mul(a, sums.dy)),
    mul(mul(weight, mul(scale, mul(inverse, inverse))), -0.5),
  ];
}

/** Σ dy and Σ dy x over all dimensions except the channels, `[c]`. */
function sumsPerChannel(x: Value, dy: Value): { dy: Value; dyx: Value } {
  return { dy: sumPerChannel(dy), dyx: sumPerChannel(mul(dy, x)) };
}
