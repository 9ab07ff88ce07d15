import type { Coefficients, StepInfo, StepPlan } from '@spectrain/optim';

/**
 * What the input `coefficients:<group>` holds, in this order: the fields of `Coefficients` by the same names, but for
 * three that are given as what they lack of 1, to which float32 has more digits: `decay = 1 - shrink`,
 * `firstForget = 1 - firstKeep` and `secondForget = 1 - secondKeep`.
 */
export const coefficientNames = [
  'lr',
  'decay',
  'coupledDecay',
  'firstForget',
  'firstAdd',
  'fromFirst',
  'fromGradient',
  'secondForget',
  'secondAdd',
  'secondScale',
  'p',
  'eps',
] as const;

export type CoefficientName = (typeof coefficientNames)[number];

/** Name of the input with the coefficients of a group, by its index in `StepPlan.groups`. */
export const coefficientInput = (group: number): string => `coefficients:${group}`;

/** The numbers of one step for one group, as float32 `[12]` in the order of {@link coefficientNames}. */
export function coefficientValues(coefficients: Coefficients): Float32Array {
  const values: Readonly<Record<CoefficientName, number>> = {
    ...coefficients,
    decay: 1 - coefficients.shrink,
    firstForget: 1 - coefficients.firstKeep,
    secondForget: 1 - coefficients.secondKeep,
  };
  return Float32Array.from(coefficientNames, (name) => values[name]);
}

/**
 * The coefficients of the step that the plan comes to next, by the name of their input, for a step whose loss and
 * gradients are not known yet. The plan stays where it is: `advance` it when the step is done, or leave it there when its
 * gradients were not finite. Signals that are functions are asked both times.
 *
 * @throws RangeError as `StepPlan.advance` does
 */
export function nextCoefficients(
  plan: StepPlan,
  position: Omit<StepInfo, 'loss'> = {},
): Record<string, Float32Array> {
  const state = structuredClone(plan.state());
  // A loss bears on the steps after its own only.
  const coefficients = plan.advance({ ...position, loss: 0 });
  plan.load(state);
  return Object.fromEntries(
    plan.groups.flatMap((names, group) =>
      names.length > 0 ? [[coefficientInput(group), coefficientValues(coefficients[group]!)]] : [],
    ),
  );
}
