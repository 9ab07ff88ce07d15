import type { Value } from '../graph/graph.js';
import { activationNumbers, geluApproximation, softplus } from '../operators/activations.js';
import { abs, add, div, erf, exp, greater, less, mul, sigmoid, sub, tanh } from '../operators/elementwise.js';
import { where } from '../operators/where.js';
import { singleOutput, sumToShapeOf } from './gradient-rule.js';

// At a kink the gradient is that of the left side, as in PyTorch. The side that is not chosen must be finite too, or a second
// derivative contains 0 times infinity: hence y instead of exp(x).

/** y = x where x > 0, else alpha x */
export const leakyReluGradient = singleOutput((node, dy) => {
  const { alpha } = activationNumbers('LeakyRelu', node);
  return [where(greater(node.inputs[0]!, 0), dy, mul(dy, alpha))];
});

/** y = x where x > 0, else alpha (exp x - 1): dy (y + alpha) there */
export const eluGradient = singleOutput((node, dy) => {
  const { alpha } = activationNumbers('Elu', node);
  return [where(greater(node.inputs[0]!, 0), dy, mul(dy, add(node.outputs[0]!, alpha)))];
});

/** y = x where x > 0, else alpha (exp(x / alpha) - 1): dy (y / alpha + 1) there */
export const celuGradient = singleOutput((node, dy) => {
  const { alpha } = activationNumbers('Celu', node);
  return [where(greater(node.inputs[0]!, 0), dy, mul(dy, add(mul(node.outputs[0]!, 1 / alpha), 1)))];
});

/** y = gamma x where x > 0, else gamma alpha (exp x - 1): dy (y + gamma alpha) there */
export const seluGradient = singleOutput((node, dy) => {
  const { alpha, gamma } = activationNumbers('Selu', node);
  return [where(greater(node.inputs[0]!, 0), mul(dy, gamma), mul(dy, add(node.outputs[0]!, gamma * alpha)))];
});

/** y = x where x > 0, else slope x: dslope = dy x there */
export const pReluGradient = singleOutput(({ inputs: [x, slope] }, dy, [needX, needSlope]) => {
  const isPositive = greater(x!, 0);
  return [
    needX ? where(isPositive, dy, mul(dy, slope!)) : undefined,
    needSlope ? sumToShapeOf(where(isPositive, 0, mul(dy, x!)), slope!) : undefined,
  ];
});

/** y = x where x > alpha, else 0 */
export const thresholdedReluGradient = singleOutput((node, dy) => {
  const { alpha } = activationNumbers('ThresholdedRelu', node);
  return [where(greater(node.inputs[0]!, alpha), dy, 0)];
});

/** y = alpha x + beta between 0 and 1: dy alpha there */
export const hardSigmoidGradient = singleOutput((node, dy) => {
  const { alpha } = activationNumbers('HardSigmoid', node);
  return [between(node.outputs[0]!, 0, 1, mul(dy, alpha))];
});

/** y = x (x / 6 + 1/2) between -3 and 3, 0 before and x after: dy (x / 3 + 1/2) between */
export const hardSwishGradient = singleOutput(({ inputs: [x] }, dy) => [
  where(less(x!, 3), where(greater(x!, -3), mul(dy, add(mul(x!, 1 / 3), 0.5)), 0), dy),
]);

/** y = log(1 + exp x): dy sigmoid(x) */
export const softplusGradient = singleOutput(({ inputs: [x] }, dy) => [mul(dy, sigmoid(x!))]);

/** y = x / (1 + |x|): dy / (1 + |x|)² */
export const softsignGradient = singleOutput(({ inputs: [x] }, dy) => {
  const scale = add(abs(x!), 1);
  return [div(dy, mul(scale, scale))];
});

/** y = x t, t = tanh(softplus x): dy (t + x sigmoid(x) (1 - t²)) */
export const mishGradient = singleOutput(({ inputs: [x] }, dy) => {
  const t = tanh(softplus(x!));
  // Not x sigmoid(x), which ONNX Runtime fuses to QuickGelu, an operator that it lacks in float64.
  return [mul(dy, add(t, mul(x!, mul(sigmoid(x!), sub(1, mul(t, t))))))];
});

/**
 * y = x Φ(x), Φ the normal distribution and φ its density: dy (Φ(x) + x φ(x)). The approximation has (1 + t) / 2 for Φ,
 * t = tanh(sqrt(2 / pi) (x + 0.044715 x³)).
 */
export const geluGradient = singleOutput((node, dy) => {
  const x = node.inputs[0]!;
  const square = mul(x, x);
  if (geluApproximation(node) === 'none') {
    const density = mul(exp(mul(square, -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return [mul(dy, add(half(erf(mul(x, Math.SQRT1_2))), mul(x, density)))];
  }
  const [root, cubic] = [Math.sqrt(2 / Math.PI), 0.044715];
  const t = tanh(mul(mul(x, root), add(mul(square, cubic), 1)));
  const slope = mul(add(mul(square, 3 * cubic), 1), root);
  const density = mul(mul(sub(1, mul(t, t)), slope), 0.5);
  return [mul(dy, add(half(t), mul(x, density)))];
});

/** `(1 + t) / 2` */
function half(t: Value): Value {
  return add(mul(t, 0.5), 0.5);
}

/** Returns `dx` where x is between the bounds, else 0. */
function between(x: Value, low: number, high: number, dx: Value): Value {
  return where(greater(x, low), where(less(x, high), dx, 0), 0);
}
