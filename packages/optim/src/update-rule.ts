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

export type MomentName = keyof Moments;

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
