import type { OptimizerState, StepPlan, Tensors } from '@spectrain/optim';

/** How a step made `mhat` and `vhat` of moments, and its update of them; for one parameter. */
export interface StepFactors {
  readonly lr: number;
  /** theta was multiplied by this apart from the update. */
  readonly shrink: number;
  /** `mhat = fromFirst * m + fromGradient * g`, or `g` without a first moment; `g` is clipped, with coupled decay. */
  readonly fromFirst: number;
  readonly fromGradient: number;
  readonly coupledDecay: number;
  /** `vhat = secondScale * v` */
  readonly secondScale: number;
  readonly p: number;
  readonly eps: number;
}

/**
 * The numbers of the step just done, for each parameter that is not frozen.
 * @param plan of the same spec and parameters, which says what is in which group
 * @param state after the step
 */
export function stepFactors(plan: StepPlan, state: OptimizerState): ReadonlyMap<string, StepFactors> {
  const { rule } = plan;
  const factors = new Map<string, StepFactors>();
  plan.groups.forEach((names, i) => {
    const { values, betaProducts } = i === 0 ? state : state.groups[i - 1]!;
    const { lr, weightDecay = 0, momentum = 0, p = 0.5, eps = 0 } = values;
    const corrected = (product: number) => (rule.biasCorrection ? 1 / (1 - product) : 1);
    const own: StepFactors = {
      lr,
      shrink: rule.decay === 'decoupled' ? 1 - lr * weightDecay : 1,
      coupledDecay: rule.decay === 'coupled' ? weightDecay : 0,
      fromFirst:
        rule.first === 'none' ? 0 : rule.first === 'nesterov' ? momentum : corrected(betaProducts.beta1),
      fromGradient: rule.first === 'none' || rule.first === 'nesterov' ? 1 : 0,
      secondScale: corrected(betaProducts.beta2),
      p,
      eps,
    };
    for (const name of names) factors.set(name, own);
  });
  return factors;
}

/** Bounds and scales one element of a gradient as the optimizer did before it used it. */
export function clipOf(plan: StepPlan, gradients: Tensors<Float32Array>): (value: number) => number {
  const { clipValue = Infinity, clipNorm } = plan.spec;
  const bounded = (value: number) => Math.min(Math.max(value, -clipValue), clipValue);
  if (clipNorm === undefined) return bounded;
  let sum = 0;
  for (const name of plan.groups.flat()) for (const value of gradients[name]!) sum += bounded(value) ** 2;
  const scale = Math.min(1, clipNorm / (Math.sqrt(sum) + 1e-6));
  return (value) => scale * bounded(value);
}
