import { type HyperparameterValues, hyperparameters } from './hyperparameters.js';
import { type LossHistory, meanLosses, withLoss } from './loss-history.js';
import type { StepInfo } from './optimizer.js';
import type { OptimizerSpec } from './optimizer-spec.js';
import { checkPlanState, type PlanState } from './optimizer-state.js';
import { type GroupSignals, groupIndices, groupSignalsOf } from './parameter-groups.js';
import { presetOf } from './presets.js';
import type { LossWindow } from './signals/loss-controlled.js';
import { partsOf, signalAt } from './signals/signal.js';
import type { SignalTime } from './signals/signal-time.js';
import {
  type BetaProducts,
  type Coefficients,
  coefficients,
  type MomentName,
  type Rule,
} from './update-rule.js';
import { checkSpec } from './validate-spec.js';

const frozenValues: HyperparameterValues = Object.freeze({ lr: 0 });

/** A group at the present step. */
interface Group extends GroupSignals {
  values: HyperparameterValues;
  betaProducts: BetaProducts;
}

/**
 * An optimizer but for the arithmetic: reads a spec, follows its signals from step to step and says in numbers what
 * each step does. Whoever moves the parameters, in memory, in TensorFlow.js or as ONNX nodes, takes them from here.
 */
export class StepPlan {
  readonly spec: OptimizerSpec;
  readonly rule: Rule;
  /** The moments that every parameter has, except those that are frozen. */
  readonly moments: readonly MomentName[];
  /** Names of the parameters by group: first those that no group of the spec matches. Frozen ones are left out. */
  readonly groups: readonly (readonly string[])[];
  stepCount = 0;
  skippedSteps = 0;
  readonly #groups: readonly Group[];
  readonly #groupIndices: ReadonlyMap<string, number>;
  /** Over which loss-controlled signals look back; empty where there are none. */
  readonly #windows: readonly LossWindow[];
  readonly #hasFunctions: boolean;
  #losses: LossHistory | null = null;

  /** Throws an `OptimizerSpecError` for a spec that is not valid, or that does not fit these names of parameters. */
  constructor(spec: OptimizerSpec, names: readonly string[]) {
    const own = deepCopy(checkSpec(spec, 'allowed'));
    this.spec = own;
    this.rule = presetOf(own).rule;
    this.moments = momentsOfRule(this.rule);
    this.#groupIndices = groupIndices(own.groups ?? [], names);
    // A stand-in for the length of an epoch: at step 0 it matters only to a warm-up in epochs.
    const start: SignalTime = { step: 0, epoch: 0, stepsPerEpoch: own.epochLength ?? 1 };
    this.#groups = groupSignalsOf(own).map((group) => ({
      ...group,
      values: valuesAt(group, start),
      betaProducts: { beta1: 1, beta2: 1 },
    }));
    this.groups = this.#groups.map(({ frozen }, i) =>
      frozen ? [] : names.filter((name) => this.#groupIndices.get(name) === i),
    );
    const signals = this.#groups.flatMap((group) => group.signals.flatMap(([, signal]) => partsOf(signal)));
    this.#windows = signals.flatMap((signal) =>
      typeof signal === 'object' && 'sparse' in signal ? [signal.window ?? 'epoch'] : [],
    );
    this.#hasFunctions = signals.some((signal) => typeof signal === 'function');
  }

  /** Hyperparameters of the last step for parameters in no group; before the first step, those that it will use. */
  get values(): HyperparameterValues {
    return this.#groups[0]!.values;
  }

  /** The same for one parameter. Throws a `RangeError` for a name that is not known. */
  valuesOf(parameter: string): HyperparameterValues {
    const index = this.#groupIndices.get(parameter);
    if (index === undefined) throw new RangeError(`there is no parameter ${parameter}`);
    return this.#groups[index]!.values;
  }

  /** Whether there is such a parameter, frozen or not. */
  has(parameter: string): boolean {
    return this.#groupIndices.has(parameter);
  }

  /**
   * Goes on to the next step.
   * @param gradientScale what all gradients are multiplied by, to hold their norm within `clipNorm`
   * @returns the numbers of this step for each of {@link groups}
   * @throws RangeError with nothing changed: see `Optimizer.step`
   */
  advance(info: StepInfo = {}, gradientScale = 1): readonly Coefficients[] {
    const moment = this.#momentOf(info);
    const values = this.#groups.map((group) => valuesAt(group, moment));
    this.#losses = this.#lossesAfter(info.loss, moment.epoch);
    const options = {
      gradientBound: this.spec.clipValue ?? Infinity,
      gradientScale,
      matched: 'gain' in this.spec && this.spec.gain === 'matched',
    };
    const isFirst = this.stepCount === 0;
    this.stepCount += 1;
    return this.#groups.map((group, i) => {
      group.values = values[i]!;
      const { beta1 = 0, beta2 = 0 } = group.values;
      const before = group.betaProducts;
      group.betaProducts = { beta1: before.beta1 * beta1, beta2: before.beta2 * beta2 };
      return coefficients(this.rule, group.values, group.betaProducts, isFirst, options);
    });
  }

  /** Plain JSON, and the plan's own: to be copied by whoever keeps it. */
  state(): PlanState {
    const [own, ...groups] = this.#groups.map(({ values, betaProducts }) => ({ values, betaProducts }));
    return {
      step: this.stepCount,
      skippedSteps: this.skippedSteps,
      ...own!,
      groups,
      losses: this.#losses,
    };
  }

  /** Throws a `RangeError` naming what in `state` does not fit, as {@link load} would. */
  check(state: PlanState): void {
    checkPlanState(state, this.state(), { windows: this.#windows, followsLoss: this.#followsLoss });
  }

  /** Takes over a copy of `state`, or throws a `RangeError` naming what does not fit and changes nothing. */
  load(state: PlanState): void {
    this.check(state);
    this.stepCount = state.step;
    this.skippedSteps = state.skippedSteps;
    this.#groups.forEach((group, i) => {
      const { values, betaProducts } = i === 0 ? state : state.groups[i - 1]!;
      group.values = Object.freeze({ ...values });
      group.betaProducts = { ...betaProducts };
    });
    this.#losses = structuredClone(state.losses);
  }

  get #followsLoss(): boolean {
    return this.#windows.length > 0 || this.#hasFunctions;
  }

  #momentOf({ epoch, stepsPerEpoch = this.spec.epochLength }: StepInfo): SignalTime {
    if (stepsPerEpoch !== undefined && !(stepsPerEpoch > 0)) {
      throw new RangeError(`stepsPerEpoch is ${stepsPerEpoch}, not a number > 0`);
    }
    if (epoch !== undefined && !(Number.isFinite(epoch) && epoch >= 0)) {
      throw new RangeError(`epoch is ${epoch}, not a number >= 0`);
    }
    const step = this.stepCount;
    return {
      step,
      epoch: epoch ?? (stepsPerEpoch && Math.floor(step / stepsPerEpoch)),
      stepsPerEpoch,
      ...(this.#losses && {
        loss: this.#losses.last,
        meanLoss: this.#losses.sum / this.#losses.count,
        meanLosses: meanLosses(this.#losses, this.#windows),
      }),
    };
  }

  /** Without any epoch the whole run counts as one. */
  #lossesAfter(loss: number | undefined, epoch = 0): LossHistory | null {
    if (loss !== undefined && Number.isFinite(loss)) {
      return this.#followsLoss ? withLoss(this.#losses, loss, epoch, this.#windows) : null;
    }
    if (this.#windows.length === 0) return null;
    throw new RangeError(`a loss-controlled signal needs the loss as a finite number; step got ${loss}`);
  }
}

/** Throws a `RangeError` for a value outside of what its hyperparameter may be. */
function valuesAt({ signals, frozen }: GroupSignals, moment: SignalTime): HyperparameterValues {
  if (frozen) return frozenValues;
  const values = signals.map(([name, signal]) => {
    const value = signalAt(signal, moment);
    const { contains, text } = hyperparameters[name];
    if (typeof value !== 'number' || !contains(value))
      throw new RangeError(`${name} is ${value} at step ${moment.step}, not ${text}`);
    return [name, value] as const;
  });
  return Object.freeze(Object.fromEntries(values)) as HyperparameterValues;
}

function momentsOfRule({ first, second }: Rule): readonly MomentName[] {
  return [
    ...(first !== 'none' ? (['first'] as const) : []),
    ...(second !== 'none' ? (['second'] as const) : []),
    ...(second === 'max' ? (['maximum'] as const) : []),
  ];
}

/** Unlike `structuredClone` keeps functions. */
function deepCopy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(deepCopy) as T;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, deepCopy(inner)])) as T;
}
