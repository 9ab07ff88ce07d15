import { type Attributes, float, numberOf, string, stringOf } from '../graph/attribute.js';
import type { Node, Value } from '../graph/graph.js';
import { mayBeSame } from '../graph/tensor-type.js';
import { broadcastShapes } from './broadcast.js';
import { checkSameType, floatInputOf, inputOf, type Operator } from './operator.js';

/** PRelu: the slope broadcasts to the input, not the input to the slope. */
export const pReluOperator: Operator = {
  infer: (node) => {
    const [{ dtype, shape }, slope] = [floatInputOf(node, 0), inputOf(node, 1)];
    checkSameType(node);
    if (!mayBeSame(broadcastShapes(shape, slope.shape), shape))
      throw new RangeError('the slope does not broadcast to the input');
    return [{ dtype, shape }];
  },
};

export const geluOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = floatInputOf(node, 0);
    geluApproximation(node);
    return [{ dtype, shape }];
  },
  opset: () => 20,
};

/** `none` or `tanh`. */
export function geluApproximation({ attributes }: Node): 'none' | 'tanh' {
  const approximate = stringOf(attributes, 'approximate', 'none');
  if (approximate !== 'none' && approximate !== 'tanh')
    throw new RangeError(`approximate ${approximate} is not supported; none and tanh are`);
  return approximate;
}

/** ONNX's defaults of attributes, rounded to float32 as attributes are. */
const defaults = {
  Celu: { alpha: 1 },
  Elu: { alpha: 1 },
  HardSigmoid: { alpha: 0.2, beta: 0.5 },
  LeakyRelu: { alpha: 0.01 },
  Selu: { alpha: 1.6732631921768188, gamma: 1.0507010221481323 },
  ThresholdedRelu: { alpha: 1 },
} as const;

type WithAttributes = keyof typeof defaults;

/** The parameters of an activation: its attributes, or ONNX's defaults. */
export function activationNumbers<Op extends WithAttributes>(
  op: Op,
  { attributes }: Node,
): Record<keyof (typeof defaults)[Op] & string, number> {
  const entries = Object.entries<number>(defaults[op]).map(([name, fallback]) => [
    name,
    numberOf(attributes, name, Math.fround(fallback)),
  ]);
  return Object.fromEntries(entries);
}

/** `x` where it is positive, else `alpha x`; default 0.01. */
export const leakyRelu = (x: Value, alpha: number = defaults.LeakyRelu.alpha): Value =>
  apply('LeakyRelu', x, { alpha: float(alpha) });
/** `x` where it is positive, else `alpha (exp(x) - 1)`; default 1. */
export const elu = (x: Value, alpha: number = defaults.Elu.alpha): Value =>
  apply('Elu', x, { alpha: float(alpha) });
/** `x` where it is positive, else `alpha (exp(x / alpha) - 1)`; default 1. */
export const celu = (x: Value, alpha: number = defaults.Celu.alpha): Value =>
  apply('Celu', x, { alpha: float(alpha) });
/** `gamma x` where it is positive, else `gamma alpha (exp(x) - 1)`, with the constants of self-normalising networks. */
export const selu = (x: Value): Value => apply('Selu', x);
/** `x` where it is greater than alpha, else 0; default 1. */
export const thresholdedRelu = (x: Value, alpha: number = defaults.ThresholdedRelu.alpha): Value =>
  apply('ThresholdedRelu', x, { alpha: float(alpha) });
/** `alpha x + beta`, kept within 0 and 1; default 0.2 and 0.5. PyTorch's has an alpha of 1/6. */
export const hardSigmoid = (
  x: Value,
  {
    alpha = defaults.HardSigmoid.alpha,
    beta = defaults.HardSigmoid.beta,
  }: { alpha?: number; beta?: number } = {},
): Value => apply('HardSigmoid', x, { alpha: float(alpha), beta: float(beta) });
/** `x` times `x / 6 + 1/2`, the latter kept within 0 and 1. */
export const hardSwish = (x: Value): Value => apply('HardSwish', x);
/** `log(1 + exp(x))` */
export const softplus = (x: Value): Value => apply('Softplus', x);
/** `x / (1 + |x|)` */
export const softsign = (x: Value): Value => apply('Softsign', x);
/** `x tanh(softplus(x))` */
export const mish = (x: Value): Value => apply('Mish', x);
/** `x Φ(x)`, with the distribution function Φ of the standard normal distribution, or its approximation by tanh. */
export const gelu = (x: Value, approximate: 'none' | 'tanh' = 'none'): Value =>
  apply('Gelu', x, { approximate: string(approximate) });
/** `x` where it is positive, else `slope x`; the slope broadcasts to x. */
export const pRelu = (x: Value, slope: Value): Value => x.graph.add('PRelu', [x, slope]).outputs[0]!;

function apply(op: string, x: Value, attributes: Attributes = {}): Value {
  return x.graph.add(op, [x], attributes).outputs[0]!;
}
