import { type HyperparameterValues, hyperparameters } from './hyperparameters.js';
import { type LossHistory, meanLosses, withLoss } from './loss-history.js';
import type { Optimizer, StepInfo } from './optimizer.js';
import type { OptimizerSpec } from './optimizer-spec.js';
import { checkState, type GroupState, momentsOf, type OptimizerState } from './optimizer-state.js';
import { type GroupSignals, groupIndices, groupSignalsOf } from './parameter-groups.js';
import { presets } from './presets.js';
import type { LossWindow } from './signals/loss-controlled.js';
import type { Moment } from './signals/moment.js';
import { partsOf, signalAt } from './signals/signal.js';
import { checkTensor, type FloatArrayType, findNonFinite, type Tensors } from './tensors.js';
import {
  type BetaProducts,
  coefficients,
  type FloatArray,
  type Moments,
  type Rule,
  sumOfSquares,
  update,
} from './update-rule.js';
import { checkSpec } from './validate-spec.js';

const frozenValues: HyperparameterValues = Object.freeze({ lr: 0 });

/** A group at the present step. */
interface Group extends GroupSignals {
  values: HyperparameterValues;
  betaProducts: BetaProducts;
}

/** A parameter that is not frozen. */
interface Parameter<A extends FloatArray> {
  readonly name: string;
  readonly theta: A;
  readonly moments: Moments<A>;
  readonly group: Group;
}

/** Any member of the family: the update rule of its preset, over parameters in groups. */
export class FamilyOptimizer<A extends FloatArray> implements Optimizer<A> {
  stepCount = 0;
  skippedSteps = 0;
  readonly #spec: OptimizerSpec;
  readonly #rule: Rule;
  readonly #type: FloatArrayType<A>;
  /** Group 0 has the parameters that no group of the spec matches. */
  readonly #groups: readonly Group[];
  readonly #groupIndices: ReadonlyMap<string, number>;
  readonly #parameters: readonly Parameter<A>[];
  /** Over which loss-controlled signals look back; empty where there are none. */
  readonly #windows: readonly LossWindow[];
  readonly #hasFunctions: boolean;
  #losses: LossHistory | null = null;

  constructor(spec: OptimizerSpec, params: Tensors<A>, type: FloatArrayType<A>) {
    const own = deepCopy(checkSpec(spec, 'allowed'));
    this.#spec = own;
    this.#rule = presets[own.kind].rule;
    this.#type = type;
    for (const [name, tensor] of Object.entries(params)) checkTensor(`parameter ${name}`, tensor, type);
    this.#groupIndices = groupIndices(own.groups ?? [], Object.keys(params));
    // A stand-in for the length of an epoch: at step 0 it matters only to a warm-up in epochs.
    const start: Moment = { step: 0, epoch: 0, stepsPerEpoch: own.epochLength ?? 1 };
    this.#groups = groupSignalsOf(own).map((group) => ({
      ...group,
      values: valuesAt(group, start),
      betaProducts: { beta1: 1, beta2: 1 },
    }));
    this.#parameters = Object.entries(params).flatMap(([name, theta]) => {
      const group = this.#groupOf(name);
      return group.frozen
        ? []
        : [{ name, theta, group, moments: zeroMoments(this.#rule, theta.length, type) }];
    });
    const signals = this.#groups.flatMap((group) => group.signals.flatMap(([, signal]) => partsOf(signal)));
    this.#windows = signals.flatMap((signal) =>
      typeof signal === 'object' && 'sparse' in signal ? [signal.window ?? 'epoch'] : [],
    );
    this.#hasFunctions = signals.some((signal) => typeof signal === 'function');
  }

  get values(): HyperparameterValues {
    return this.#groups[0]!.values;
  }

  valuesOf(parameter: string): HyperparameterValues {
    return this.#groupOf(parameter).values;
  }

  step(grads: Tensors<A>, info: StepInfo = {}): void {
    this.#checkShapes(grads);
    if (this.#skips(grads)) return;
    const moment = this.#momentOf(info);
    const values = this.#groups.map((group) => valuesAt(group, moment));
    this.#losses = this.#lossesAfter(info.loss, moment.epoch);
    const options = {
      gradientBound: this.#spec.clipValue ?? Infinity,
      gradientScale: this.#gradientScale(grads),
      matched: 'gain' in this.#spec && this.#spec.gain === 'matched',
    };
    const isFirst = this.stepCount === 0;
    const numbers = new Map(
      this.#groups.map((group, i) => {
        group.values = values[i]!;
        const { beta1 = 0, beta2 = 0 } = group.values;
        const before = group.betaProducts;
        group.betaProducts = { beta1: before.beta1 * beta1, beta2: before.beta2 * beta2 };
        return [group, coefficients(this.#rule, group.values, group.betaProducts, isFirst, options)];
      }),
    );
    for (const { name, theta, moments, group } of this.#parameters) {
      update(theta, grads[name]!, moments, numbers.get(group)!);
    }
    this.stepCount += 1;
  }

  state(): OptimizerState<A> {
    return structuredClone(this.#ownState());
  }

  load(state: OptimizerState<A>): void {
    checkState(state, this.#ownState(), this.#type, this.#windows);
    this.stepCount = state.step;
    this.skippedSteps = state.skippedSteps;
    this.#groups.forEach((group, i) => {
      const { values, betaProducts } = i === 0 ? state : state.groups[i - 1]!;
      group.values = Object.freeze({ ...values });
      group.betaProducts = { ...betaProducts };
    });
    this.#losses = structuredClone(state.losses);
    for (const { name, moments } of this.#parameters) {
      for (const [moment, tensor] of momentsOf(moments)) tensor.set(state.moments[name]![moment]!);
    }
  }

  #ownState(): OptimizerState<A> {
    const [own, ...groups] = this.#groups.map(
      ({ values, betaProducts }): GroupState => ({ values, betaProducts }),
    );
    return {
      step: this.stepCount,
      skippedSteps: this.skippedSteps,
      ...own!,
      groups,
      losses: this.#losses,
      moments: Object.fromEntries(this.#parameters.map(({ name, moments }) => [name, moments])),
    };
  }

  #groupOf(name: string): Group {
    const index = this.#groupIndices.get(name);
    if (index === undefined) throw new RangeError(`there is no parameter ${name}`);
    return this.#groups[index]!;
  }

  #checkShapes(grads: Tensors<A>): void {
    for (const name of Object.keys(grads)) {
      if (!this.#groupIndices.has(name)) throw new RangeError(`gradient ${name} is not expected`);
    }
    for (const { name, theta } of this.#parameters) {
      checkTensor(`gradient ${name}`, grads[name], this.#type, theta.length);
    }
  }

  /** Counts a step that is to be skipped. */
  #skips(grads: Tensors<A>): boolean {
    for (const { name } of this.#parameters) {
      const error = findNonFinite(name, grads[name]!);
      if (error === undefined) continue;
      if (this.#spec.nonFinite !== 'skip') throw error;
      this.skippedSteps += 1;
      return true;
    }
    return false;
  }

  #gradientScale(grads: Tensors<A>): number {
    const { clipNorm, clipValue = Infinity } = this.#spec;
    if (clipNorm === undefined) return 1;
    let sum = 0;
    for (const { name } of this.#parameters) sum += sumOfSquares(grads[name]!, clipValue);
    return Math.min(1, clipNorm / (Math.sqrt(sum) + 1e-6));
  }

  #momentOf({ epoch, stepsPerEpoch = this.#spec.epochLength }: StepInfo): Moment {
    if (stepsPerEpoch !== undefined && !(stepsPerEpoch > 0)) {
      throw new RangeError(`stepsPerEpoch is ${stepsPerEpoch}, not a number > 0`);
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
      const follows = this.#windows.length > 0 || this.#hasFunctions;
      return follows ? withLoss(this.#losses, loss, epoch, this.#windows) : null;
    }
    if (this.#windows.length === 0) return null;
    throw new RangeError(`a loss-controlled signal needs the loss as a finite number; step got ${loss}`);
  }
}

/** Throws a `RangeError` for a value outside of what its hyperparameter may be. */
function valuesAt({ signals, frozen }: GroupSignals, moment: Moment): HyperparameterValues {
  if (frozen) return frozenValues;
  const values = signals.map(([name, signal]) => {
    const value = signalAt(signal, moment);
    const { contains, text } = hyperparameters[name];
    if (!contains(value)) throw new RangeError(`${name} is ${value} at step ${moment.step}, not ${text}`);
    return [name, value] as const;
  });
  return Object.freeze(Object.fromEntries(values)) as HyperparameterValues;
}

/** Unlike `structuredClone` keeps functions. */
function deepCopy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  const copies = Object.entries(value).map(([key, inner]) => [key, deepCopy(inner)]);
  return (Array.isArray(value) ? copies.map(([, inner]) => inner) : Object.fromEntries(copies)) as T;
}

function zeroMoments<A extends FloatArray>(rule: Rule, length: number, type: FloatArrayType<A>): Moments<A> {
  return {
    ...(rule.first !== 'none' && { first: new type(length) }),
    ...(rule.second !== 'none' && { second: new type(length) }),
    ...(rule.second === 'max' && { maximum: new type(length) }),
  };
}
