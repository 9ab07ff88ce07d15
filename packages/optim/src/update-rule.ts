import type { HyperparameterValues } from './hyperparameters.js';

/** Options of the update rule `theta -= lr * mhat / (vhat^p + eps)`. */
export interface Rule {
  /** How gradients are gathered into `m`; `none` uses the gradient itself. */
  readonly first: 'none' | 'heavy-ball' | 'ema' | 'nesterov';
  /** How squared gradients are gathered into `v`; `none` leaves the denominator out. */
  readonly second: 'none' | 'ema' | 'sum' | 'max';
  readonly biasCorrection: boolean;
  /** Coupled: `weightDecay * theta` joins the gradient. Decoupled: theta shrinks by `lr * weightDecay` apart from it. */
  readonly decay: 'coupled' | 'decoupled';
}

export type FloatArray = Float32Array | Float64Array;

/** Moments of one parameter, each as long as it. */
export interface Moments<A extends FloatArray = FloatArray> {
  readonly first?: A;
  readonly second?: A;
  /** Largest second moment so far (AMSGrad). */
  readonly maximum?: A;
}

/** The rule at one step, as the numbers that its inner loop needs. */
export interface Coefficients {
  readonly lr: number;
  /** theta is multiplied by this before the update. */
  readonly shrink: number;
  /** Elements of the gradient are held within `[-gradientBound, gradientBound]`; Infinity without clipping. */
  readonly gradientBound: number;
  /** The bounded gradient is multiplied by this; 1 without clipping. */
  readonly gradientScale: number;
  /** `g = gradientScale * bounded gradient + coupledDecay * theta` */
  readonly coupledDecay: number;
  /** `m = firstKeep * m + firstAdd * g` */
  readonly firstKeep: number;
  readonly firstAdd: number;
  /** `mhat = fromFirst * m + fromGradient * g` */
  readonly fromFirst: number;
  readonly fromGradient: number;
  /** `v = secondKeep * v + secondAdd * g^2` */
  readonly secondKeep: number;
  readonly secondAdd: number;
  /** `vhat = secondScale * v` */
  readonly secondScale: number;
  readonly p: number;
  readonly eps: number;
  /** Whether `lr` is multiplied by `|d_1/2| / |d_p|`, so that p does not change the length of the step. */
  readonly matched: boolean;
}

/** Products of all betas so far, this step included: an EMA from zero has the weight `1 - product`. */
export interface BetaProducts {
  readonly beta1: number;
  readonly beta2: number;
}

/** What a step does to every gradient before the rule sees it, and to the step after. */
export type StepOptions = Pick<Coefficients, 'gradientBound' | 'gradientScale' | 'matched'>;

/** Works out a step's coefficients. `isFirst`: the first step is not dampened, as in PyTorch. */
export function coefficients(
  rule: Rule,
  values: HyperparameterValues,
  products: BetaProducts,
  isFirst: boolean,
  options: StepOptions,
): Coefficients {
  const { lr, weightDecay = 0, momentum = 0, dampening = 0, beta1 = 0, beta2 = 0, p = 0.5, eps = 0 } = values;
  const averaged = rule.first === 'ema';
  const nesterov = rule.first === 'nesterov';
  const summed = rule.second === 'sum';
  const coupled = rule.decay === 'coupled';
  return {
    lr,
    ...options,
    shrink: coupled ? 1 : 1 - lr * weightDecay,
    coupledDecay: coupled ? weightDecay : 0,
    firstKeep: averaged ? beta1 : momentum,
    firstAdd: averaged ? 1 - beta1 : isFirst ? 1 : 1 - dampening,
    fromFirst: nesterov ? momentum : rule.biasCorrection ? 1 / (1 - products.beta1) : 1,
    fromGradient: nesterov ? 1 : 0,
    secondKeep: summed ? 1 : beta2,
    secondAdd: summed ? 1 : 1 - beta2,
    secondScale: rule.biasCorrection ? 1 / (1 - products.beta2) : 1,
    p,
    // With eps = 0 a coordinate that never had a gradient would be 0 / 0; the smallest number makes it 0.
    eps: Math.max(eps, Number.MIN_VALUE),
  };
}

/**
 * Applies the rule: moves `theta` and `moments`, all of one length, by one step. Clipping and matched gain each cost
 * one more pass, and nothing where they are not asked for.
 */
export function update(theta: FloatArray, grad: FloatArray, moments: Moments, c: Coefficients): void {
  const clips = c.gradientBound < Infinity || c.gradientScale !== 1;
  const gradient = clips ? clipped(grad, c) : grad;
  const lr = c.matched ? c.lr * matchingFactor(theta, gradient, moments, c) : c.lr;
  move(theta, gradient, moments, lr === c.lr ? c : { ...c, lr });
}

/** The sum of the squares of a gradient whose elements are held within `[-bound, bound]`. */
export function sumOfSquares(grad: FloatArray, bound: number): number {
  let sum = 0;
  for (let i = 0; i < grad.length; i++) sum += bounded(grad[i]!, bound) ** 2;
  return sum;
}

/** For p < 0 numerator and denominator are multiplied by `vhat^|p|`, which stays finite at `vhat = 0`. */
function move(
  theta: FloatArray,
  grad: FloatArray,
  { first, second, maximum }: Moments,
  c: Coefficients,
): void {
  const { lr, shrink, coupledDecay, firstKeep, firstAdd, fromFirst, fromGradient } = c;
  const { secondKeep, secondAdd, secondScale, p, eps } = c;
  const exponent = Math.abs(p);
  for (let i = 0; i < theta.length; i++) {
    const weight = theta[i]!;
    const gradient = grad[i]! + coupledDecay * weight;
    let direction = gradient;
    if (first !== undefined) {
      const m = firstKeep * first[i]! + firstAdd * gradient;
      first[i] = m;
      direction = fromFirst * m + fromGradient * gradient;
    }
    if (second !== undefined) {
      let v = secondKeep * second[i]! + secondAdd * gradient * gradient;
      second[i] = v;
      if (maximum !== undefined) {
        v = Math.max(v, maximum[i]!);
        maximum[i] = v;
      }
      const scale = power(secondScale * v, exponent);
      direction = p < 0 ? (direction * scale) / (1 + eps * scale) : direction / (scale + eps);
    }
    theta[i] = shrink * weight - lr * direction;
  }
}

/** `|d_1/2| / |d_p|` for the directions that {@link move} is about to take; 1 where `d_p` is zero. */
function matchingFactor(
  theta: FloatArray,
  grad: FloatArray,
  { first, second, maximum }: Moments,
  c: Coefficients,
): number {
  if (second === undefined) return 1;
  const { coupledDecay, firstKeep, firstAdd, fromFirst, fromGradient } = c;
  const { secondKeep, secondAdd, secondScale, p, eps } = c;
  const exponent = Math.abs(p);
  let own = 0;
  let reference = 0;
  for (let i = 0; i < theta.length; i++) {
    const gradient = grad[i]! + coupledDecay * theta[i]!;
    const m = first === undefined ? gradient : firstKeep * first[i]! + firstAdd * gradient;
    const direction = first === undefined ? gradient : fromFirst * m + fromGradient * gradient;
    const v = secondKeep * second[i]! + secondAdd * gradient * gradient;
    const vhat = secondScale * (maximum === undefined ? v : Math.max(v, maximum[i]!));
    const scale = power(vhat, exponent);
    own += (p < 0 ? (direction * scale) / (1 + eps * scale) : direction / (scale + eps)) ** 2;
    reference += (direction / (Math.sqrt(vhat) + eps)) ** 2;
  }
  return own > 0 ? Math.sqrt(reference / own) : 1;
}

function clipped(grad: FloatArray, { gradientBound, gradientScale }: Coefficients): FloatArray {
  const copy = grad.slice();
  for (let i = 0; i < copy.length; i++) copy[i] = gradientScale * bounded(copy[i]!, gradientBound);
  return copy;
}

function bounded(value: number, bound: number): number {
  if (value > bound) return bound;
  return value < -bound ? -bound : value;
}

/** `base^exponent` for an exponent in [0, 1], with `0^0 = 1`. All of it is faster than `**`. */
function power(base: number, exponent: number): number {
  if (exponent === 0.5) return Math.sqrt(base);
  if (exponent === 0.25) return Math.sqrt(Math.sqrt(base));
  if (exponent === 0.125) return Math.sqrt(Math.sqrt(Math.sqrt(base)));
  if (exponent === 0) return 1;
  if (exponent === 1) return base;
  return Math.exp(exponent * Math.log(base));
}
