import { add, div, max, mul, neg, pow, reduceMax, sqrt, sub, type Value } from '@spectrain/graph';
import type { MomentName, Rule } from '@spectrain/optim';
import type { CoefficientName } from './coefficients.js';
import { sumOfSquares } from './sum-of-squares.js';

/** A parameter, its gradient and its moments, all of one shape. */
export interface RuleInputs {
  readonly theta: Value;
  readonly gradient: Value;
  readonly moments: { readonly [Name in MomentName]?: Value };
}

export interface RuleOptions {
  readonly rule: Rule;
  /** Whether the optimizer has p; without it p is 1/2. */
  readonly hasExponent: boolean;
  /** Whether steps are rescaled to the length of p = 1/2. */
  readonly matched: boolean;
  /** A coefficient as a scalar. */
  readonly coefficient: (name: CoefficientName) => Value;
}

/** What a step makes of {@link RuleInputs}. */
export type RuleOutputs = Pick<RuleInputs, 'theta' | 'moments'>;

/**
 * Second moments are held above this, a normal number as are its powers from -1 to 1. So `vhat^p` is neither 0 nor
 * infinite: one formula serves p of either sign, `0^0` does not occur, and eps may be 0.
 */
const smallest = 2 ** -120;

/**
 * Appends the update rule for one parameter, `theta -= lr * mhat / (vhat^p + eps)`, as elementwise nodes.
 * Where lr, decay, coupledDecay, the gradient and what is forgotten are all 0, nothing changes.
 */
export function addRule({ theta, gradient, moments }: RuleInputs, options: RuleOptions): RuleOutputs {
  const { rule, coefficient: c } = options;
  const g = rule.decay === 'coupled' ? add(gradient, mul(theta, c('coupledDecay'))) : gradient;
  const first = moments.first && add(keep(moments.first, c('firstForget')), mul(g, c('firstAdd')));
  const second = moments.second && nextSecond(moments.second, g, options);
  const maximum = moments.maximum && second && max(moments.maximum, second);

  // mhat but for its factor `fromFirst`, which joins the learning rate where it can.
  const isNesterov = rule.first === 'nesterov';
  const mhat = first ? (isNesterov ? lookAhead(first, g, options) : first) : g;
  const lr = first && !isNesterov ? mul(c('lr'), c('fromFirst')) : c('lr');

  const v = maximum ?? second;
  const step = mul(v ? direction(mhat, v, options) : mhat, lr);
  const decrease = rule.decay === 'decoupled' ? add(mul(theta, c('decay')), step) : step;
  return {
    theta: sub(theta, decrease),
    moments: { ...(first && { first }), ...(second && { second }), ...(maximum && { maximum }) },
  };
}

function keep(moment: Value, forget: Value): Value {
  return sub(moment, mul(moment, forget));
}

function nextSecond(second: Value, g: Value, { rule, coefficient: c }: RuleOptions): Value {
  const square = mul(g, g);
  if (rule.second === 'sum') return add(second, square);
  return add(keep(second, c('secondForget')), mul(square, c('secondAdd')));
}

function lookAhead(first: Value, g: Value, { coefficient: c }: RuleOptions): Value {
  return add(mul(first, c('fromFirst')), mul(g, c('fromGradient')));
}

/** `mhat / (vhat^p + eps)` */
function direction(
  mhat: Value,
  v: Value,
  { rule, hasExponent, matched, coefficient: c }: RuleOptions,
): Value {
  const vhat = max(rule.biasCorrection ? mul(v, c('secondScale')) : v, smallest);
  const over = (scale: Value) => div(mhat, add(scale, c('eps')));
  if (!hasExponent) return over(sqrt(vhat));
  const own = over(pow(vhat, c('p')));
  return matched ? withLengthOf(own, over(sqrt(vhat))) : own;
}

/** `own * |reference| / |own|`, and 0 where `own` is: by its largest element first, since squares may leave float32. */
function withLengthOf(own: Value, reference: Value): Value {
  const largest = reduceMax(max(own, neg(own)));
  const unit = div(own, max(largest, smallest));
  // One element of `unit` is ±1, so its length is at least 1 unless it is 0.
  const length = max(sqrt(sumOfSquares(unit)), 1);
  return mul(unit, div(sqrt(sumOfSquares(reference)), length));
}
