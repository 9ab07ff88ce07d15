import type { Node, Value } from '../graph.js';
import { epsilonOf, isTraining } from '../operators/batch-normalization.js';
import { cast } from '../operators/cast.js';
import { add, div, mul, neg, sqrt, sub } from '../operators/elementwise.js';
import { reduceSum } from '../operators/reduce.js';
import { reshape, sizeValueOf } from '../operators/shape.js';
import type { GradientRule } from './gradient-rule.js';

/** y = scale (x - mean) / sqrt(variance + epsilon) + bias, with the batch's own statistics or with given ones. */
export const batchNormalizationGradient: GradientRule = (node, outputGradients, needed) =>
  isTraining(node)
    ? trainingGradient(node, outputGradients)
    : inferenceGradient(node, outputGradients[0]!, needed);

/**
 * With m elements a channel, inv = 1 / sqrt(variance + epsilon) and x̂ = (x - mean) inv:
 * dbias = Σ dy, dscale = Σ dy x̂, dx = scale inv (dy - dbias/m - x̂ dscale/m); the statistics add dmean/m and
 * 2 (x - mean) dvariance/m. All of it is A dy + B x + C per channel.
 */
function trainingGradient(
  node: Node,
  [dy, dMean, dVariance]: readonly (Value | undefined)[],
): (Value | undefined)[] {
  const [x, scale] = node.inputs as [Value, Value];
  const [, mean, variance] = node.outputs as [Value, Value, Value];
  const count = div(cast(sizeValueOf(x), x.dtype), cast(sizeValueOf(scale), x.dtype));
  const plane = (value: Value) => perChannel(value, x);
  const around = (b: Value, c: Value) => add(mul(x, plane(b)), plane(sub(c, mul(b, mean))));
  const fromMean = dMean && div(dMean, count);
  const fromVariance = dVariance && div(mul(dVariance, 2), count);
  if (!dy) return [around(fromVariance ?? mul(mean, 0), fromMean ?? mul(mean, 0))];

  const inverse = div(1, sqrt(add(variance, epsilonOf(node))));
  const sums = sumsPerChannel(x, dy);
  const weight = mul(inverse, sub(sums.dyx, mul(mean, sums.dy)));
  const a = mul(scale, inverse);
  const b = neg(div(mul(mul(a, inverse), weight), count));
  const c = neg(div(mul(a, sums.dy), count));
  const statistics = around(fromVariance ? add(b, fromVariance) : b, fromMean ? add(c, fromMean) : c);
  return [add(mul(dy, plane(a)), statistics), weight, sums.dy];
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

/** Σ dy and Σ dy x over everything but the channel, `[c]`. */
function sumsPerChannel(x: Value, dy: Value): { dy: Value; dyx: Value } {
  const axes = x.shape.flatMap((_, i) => (i === 1 ? [] : [i]));
  return { dy: reduceSum(dy, { axes }), dyx: reduceSum(mul(dy, x), { axes }) };
}

/** `[c]` to `[c, 1, ...]`, which broadcasts along x. */
function perChannel(value: Value, x: Value): Value {
  return reshape(value, [value.shape[0]!, ...x.shape.slice(2).map(() => 1)]);
}
