import type { HyperparameterValues } from './hyperparameters.js';
import { checkLossHistory, type LossHistory } from './loss-history.js';
import type { LossWindow } from './signals/loss-controlled.js';
import { checkNoExtra, checkTensor, type FloatArrayType } from './tensors.js';
import type { BetaProducts, FloatArray, Moments } from './update-rule.js';

/** What an optimizer remembers of a group of parameters. */
export interface GroupState {
  readonly values: HyperparameterValues;
  readonly betaProducts: BetaProducts;
}

/** All that an optimizer remembers besides the parameters. Without `moments` it is plain JSON. */
export interface OptimizerState<A extends FloatArray = Float32Array> {
  /** Steps done. */
  readonly step: number;
  readonly skippedSteps: number;
  /** Hyperparameters of the last step. */
  readonly values: HyperparameterValues;
  readonly betaProducts: BetaProducts;
  /** The same of each group of the spec, in its order. */
  readonly groups: readonly GroupState[];
  /** `null` unless a signal follows the loss and a step has been done. */
  readonly losses: LossHistory | null;
  /** By name of the parameters not frozen; `first`, `second`, `maximum` as far as the optimizer has them. */
  readonly moments: Readonly<Record<string, Moments<A>>>;
}

/**
 * Throws a `RangeError` naming the first entry of `state` that is missing, extra or misshapen by the measure of
 * `own`, the state that it is to replace, and of the windows over which loss-controlled signals look back.
 */
export function checkState<A extends FloatArray>(
  state: OptimizerState<A>,
  own: OptimizerState<A>,
  type: FloatArrayType<A>,
  windows: readonly LossWindow[],
): void {
  for (const name of ['step', 'skippedSteps'] as const) {
    if (!Number.isSafeInteger(state[name]) || state[name] < 0) {
      throw new RangeError(`state: ${name} is ${state[name]}, not a number of steps`);
    }
  }
  checkGroup('', state, own);
  const groups = state.groups ?? [];
  if (groups.length !== own.groups.length) {
    throw new RangeError(`state: ${groups.length} groups, not ${own.groups.length}`);
  }
  own.groups.forEach((expected, i) => {
    checkGroup(`groups[${i}].`, groups[i], expected);
  });
  if (state.losses !== null) checkLossHistory(state.losses, windows);

  const moments = state.moments ?? {};
  checkNoExtra((name) => `state: the moments of ${name}`, moments, own.moments);
  for (const [name, expected] of Object.entries(own.moments)) {
    const found = moments[name];
    if (found === undefined) throw new RangeError(`state: the moments of ${name} are missing`);
    const label = (moment: string) => `state: the ${moment} moment of ${name}`;
    checkNoExtra(label, found, expected);
    for (const [moment, tensor] of momentsOf(expected)) {
      checkTensor(label(moment), found[moment], type, tensor.length);
    }
  }
}

/** The moments that are there, by name. */
export function momentsOf<A extends FloatArray>(moments: Moments<A>): [keyof Moments, A][] {
  return Object.entries(moments) as [keyof Moments, A][];
}

function checkGroup(prefix: string, found: GroupState | null | undefined, expected: GroupState): void {
  checkNumbers(`${prefix}values`, found?.values, expected.values);
  checkNumbers(`${prefix}betaProducts`, found?.betaProducts, expected.betaProducts);
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
