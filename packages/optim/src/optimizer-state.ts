import { isRecord } from './checks.js';
import type { HyperparameterValues } from './hyperparameters.js';
import { checkLossHistory, type LossHistory } from './loss-history.js';
import { describeValue } from './optimizer-spec-error.js';
import type { LossWindow } from './signals/loss-controlled.js';
import { checkNoExtra, checkTensor } from './tensors.js';
import type { BetaProducts, FloatArray, MomentName, Moments } from './update-rule.js';

/** What an optimizer remembers of a group of parameters. */
export interface GroupState {
  readonly values: HyperparameterValues;
  readonly betaProducts: BetaProducts;
}

/** What an optimizer remembers besides its tensors, as plain JSON. */
export interface PlanState extends GroupState {
  /** Steps done. */
  readonly step: number;
  readonly skippedSteps: number;
  /** `values` and `betaProducts` of each group of the spec, in its order. */
  readonly groups: readonly GroupState[];
  /** `null` unless a signal follows the loss and a step has been done. */
  readonly losses: LossHistory | null;
}

/** All that an optimizer remembers besides the parameters. */
export interface OptimizerState<A extends FloatArray = Float32Array> extends PlanState {
  /** By name of the parameters not frozen; `first`, `second`, `maximum` as far as the optimizer has them. */
  readonly moments: Readonly<Record<string, Moments<A>>>;
}

/**
 * Throws a `RangeError` naming the first entry of `state` that is missing or not a number by the measure of `own`, the
 * state that it is to replace, and of the windows over which loss-controlled signals look back.
 */
export function checkPlanState(
  state: PlanState,
  own: PlanState,
  { windows, followsLoss }: { readonly windows: readonly LossWindow[]; readonly followsLoss: boolean },
): void {
  if (!isRecord(state)) throw new RangeError(`state: found ${describeValue(state)}, not an object`);
  for (const name of ['step', 'skippedSteps'] as const) {
    if (!Number.isSafeInteger(state[name]) || state[name] < 0) {
      throw new RangeError(`state: ${name} is ${state[name]}, not a number of steps`);
    }
  }
  checkGroup('', state, own);
  const groups: unknown = state.groups ?? [];
  if (!Array.isArray(groups)) throw new RangeError(`state: groups is ${describeValue(groups)}, not a list`);
  if (groups.length !== own.groups.length) {
    throw new RangeError(`state: ${groups.length} groups, not ${own.groups.length}`);
  }
  own.groups.forEach((expected, i) => {
    checkGroup(`groups[${i}].`, groups[i], expected);
  });
  const losses: unknown = state.losses;
  const expected = followsLoss && state.step > 0 ? 'the losses of the steps done' : 'null';
  if (losses === null ? expected !== 'null' : expected === 'null' || !isRecord(losses)) {
    throw new RangeError(`state: losses: found ${describeValue(losses)}; allowed: ${expected}`);
  }
  if (state.losses !== null) checkLossHistory(state.losses, windows);
}

/** Throws a `RangeError` naming the first moment of `found` that is missing, extra or misshapen by the measure of `own`. */
export function checkMoments<A extends FloatArray>(
  found: OptimizerState<A>['moments'],
  own: OptimizerState<A>['moments'],
  type: string,
): void {
  if (!isRecord(found)) throw new RangeError(`state: moments is ${describeValue(found)}, not an object`);
  checkNoExtra((name) => `state: the moments of ${name}`, found, own);
  for (const [name, expected] of Object.entries(own)) {
    const moments = found[name];
    if (moments === undefined) throw new RangeError(`state: the moments of ${name} are missing`);
    if (!isRecord(moments)) {
      throw new RangeError(`state: the moments of ${name} are ${describeValue(moments)}, not an object`);
    }
    const label = (moment: string) => `state: the ${moment} moment of ${name}`;
    checkNoExtra(label, moments, expected);
    for (const [moment, tensor] of momentsOf(expected)) {
      const values: unknown = moments[moment];
      checkTensor<A>(label(moment), values, type, tensor.length);
      const least = moment === 'first' ? -Infinity : 0;
      const wrong = values.findIndex((value) => !(Number.isFinite(value) && value >= least));
      if (wrong !== -1) {
        const allowed = moment === 'first' ? 'a finite number' : 'a finite number >= 0';
        throw new RangeError(`${label(moment)} is ${values[wrong]} at index ${wrong}, not ${allowed}`);
      }
    }
  }
}

/** The moments that are there, by name. */
export function momentsOf<A extends FloatArray>(moments: Moments<A>): [MomentName, A][] {
  return Object.entries(moments) as [MomentName, A][];
}

function checkGroup(prefix: string, found: GroupState | null | undefined, expected: GroupState): void {
  checkNumbers(`${prefix}values`, found?.values, expected.values);
  checkNumbers(`${prefix}betaProducts`, found?.betaProducts, expected.betaProducts);
  for (const [name, product] of Object.entries(found!.betaProducts)) {
    if (!(product >= 0 && product <= 1)) {
      throw new RangeError(`state: ${prefix}betaProducts.${name} is ${product}, not a number in [0, 1]`);
    }
  }
}

function checkNumbers(label: string, found: object | undefined, expected: object): void {
  checkNoExtra((name) => `state: ${label}.${name}`, found ?? {}, expected);
  const numbers = new Map<string, unknown>(Object.entries(found ?? {}));
  for (const name of Object.keys(expected)) {
    if (!Number.isFinite(numbers.get(name))) {
      throw new RangeError(`state: ${label}.${name} is ${numbers.get(name)}, not a finite number`);
    }
  }
}
