import { type EpochLosses, withLoss } from './epoch-losses.js';
import type { Hyperparameter, HyperparameterValues } from './hyperparameters.js';
import type { OptimizerSpec } from './optimizer-spec.js';
import { checkState, momentsOf, type OptimizerState } from './optimizer-state.js';
import { presets } from './presets.js';
import type { Moment } from './signals/moment.js';
import { type Signal, signalAt, usesLoss } from './signals/signal.js';
import { checkFinite, checkNoExtra, checkTensor, type FloatArrayType, type Tensors } from './tensors.js';
import {
  type BetaProducts,
  coefficients,
  type FloatArray,
  type Moments,
  type Rule,
  update,
} from './update-rule.js';
import { signalsOf, validateSpec } from './validate-spec.js';

/** What is known about a step besides its gradients. */
export interface StepInfo {
  /** Loss of the batch; needed where a signal is loss-controlled. */
  readonly loss?: number | undefined;
  /** Epochs finished, so 0 during the first. Default: steps done / `stepsPerEpoch`, rounded down. */
  readonly epoch?: number | undefined;
  /** Needed where a signal counts in epochs. Default: `epochLength` of the spec. */
  readonly stepsPerEpoch?: number | undefined;
}

/** An optimizer over flat parameters that it changes in place. */
export interface Optimizer<A extends FloatArray = Float32Array> {
  /** Hyperparameters used in the last step; before the first, those that it will use. */
  readonly values: HyperparameterValues;
  /** Steps done. */
  readonly stepCount: number;
  /**
   * Moves every parameter by one step. `grads` has one gradient per parameter, of the same length. Parameters and
   * state are untouched when it throws: a `NonFiniteGradientError` for a gradient that is NaN or infinite, a
   * `RangeError` for gradients missing, extra or misshapen, or for a loss or epoch that a signal needs.
   */
  step(grads: Tensors<A>, info?: StepInfo): void;
  /** A copy of the state, to go on from later with {@link load}. */
  state(): OptimizerState<A>;
  /** Takes over a copy of `state`, or throws a `RangeError` naming what does not fit and changes nothing. */
  load(state: OptimizerState<A>): void;
}

/**
 * An optimizer in float32 for `params`, e.g. `createOptimizer({ kind: 'adam', lr: 1e-3 }, { w, b })`.
 * Throws an `OptimizerSpecError` for a spec that is not valid and a `RangeError` for parameters that are not
 * `Float32Array`s.
 */
export function createOptimizer(spec: OptimizerSpec, params: Tensors<Float32Array>): Optimizer<Float32Array> {
  return new FamilyOptimizer(spec, params, Float32Array);
}

/** The same optimizer in float64: the oracle that other implementations are measured against. */
export function reference(spec: OptimizerSpec, params: Tensors<Float64Array>): Optimizer<Float64Array> {
  return new FamilyOptimizer(spec, params, Float64Array);
}

class FamilyOptimizer<A extends FloatArray> implements Optimizer<A> {
  values: HyperparameterValues;
  stepCount = 0;
  readonly #rule: Rule;
  readonly #signals: readonly (readonly [Hyperparameter, Signal])[];
  readonly #usesLoss: boolean;
  readonly #epochLength: number | undefined;
  readonly #params: Tensors<A>;
  readonly #moments: Readonly<Record<string, Moments<A>>>;
  readonly #type: FloatArrayType<A>;
  #betaProducts: BetaProducts = { beta1: 1, beta2: 1 };
  #losses: EpochLosses | null = null;

  constructor(spec: OptimizerSpec, params: Tensors<A>, type: FloatArrayType<A>) {
    const own = structuredClone(validateSpec(spec));
    this.#rule = presets[own.kind].rule;
    this.#signals = signalsOf(own);
    this.#usesLoss = this.#signals.some(([, signal]) => usesLoss(signal));
    this.#epochLength = own.epochLength;
    this.#params = { ...params };
    this.#type = type;
    const moments: [string, Moments<A>][] = [];
    for (const [name, tensor] of Object.entries(params)) {
      checkTensor(`parameter ${name}`, tensor, type);
      moments.push([name, zeroMoments(this.#rule, tensor.length, type)]);
    }
    this.#moments = Object.fromEntries(moments);
    // A stand-in for the length of an epoch: at step 0 it matters only to a warm-up in epochs.
    this.values = this.#valuesAt({ step: 0, epoch: 0, stepsPerEpoch: own.epochLength ?? 1 });
  }

  step(grads: Tensors<A>, info: StepInfo = {}): void {
    this.#checkGradients(grads);
    const moment = this.#momentOf(info);
    const values = this.#valuesAt(moment);
    this.#losses = this.#lossesAfter(info.loss, moment.epoch);
    this.values = values;
    this.#betaProducts = {
      beta1: this.#betaProducts.beta1 * (values.beta1 ?? 0),
      beta2: this.#betaProducts.beta2 * (values.beta2 ?? 0),
    };
    const numbers = coefficients(this.#rule, values, this.#betaProducts, this.stepCount === 0);
    for (const [name, theta] of Object.entries(this.#params)) {
      update(theta, grads[name]!, this.#moments[name]!, numbers);
    }
    this.stepCount += 1;
  }

  state(): OptimizerState<A> {
    return structuredClone(this.#ownState());
  }

  load(state: OptimizerState<A>): void {
    checkState(state, this.#ownState(), this.#type);
    this.stepCount = state.step;
    this.values = { ...state.values };
    this.#betaProducts = { ...state.betaProducts };
    this.#losses = state.losses && { ...state.losses };
    for (const [name, moments] of Object.entries(this.#moments)) {
      for (const [moment, tensor] of momentsOf(moments)) tensor.set(state.moments[name]![moment]!);
    }
  }

  #ownState(): OptimizerState<A> {
    return {
      step: this.stepCount,
      values: this.values,
      betaProducts: this.#betaProducts,
      losses: this.#losses,
      moments: this.#moments,
    };
  }

  #checkGradients(grads: Tensors<A>): void {
    checkNoExtra((name) => `gradient ${name}`, grads, this.#params);
    for (const [name, theta] of Object.entries(this.#params)) {
      checkTensor(`gradient ${name}`, grads[name], this.#type, theta.length);
    }
    for (const name of Object.keys(this.#params)) checkFinite(name, grads[name]!);
  }

  #momentOf({ epoch, stepsPerEpoch = this.#epochLength }: StepInfo): Moment {
    if (stepsPerEpoch !== undefined && !(stepsPerEpoch > 0)) {
      throw new RangeError(`stepsPerEpoch is ${stepsPerEpoch}, not a number > 0`);
    }
    const step = this.stepCount;
    return {
      step,
      epoch: epoch ?? (stepsPerEpoch && Math.floor(step / stepsPerEpoch)),
      stepsPerEpoch,
      loss: this.#losses?.last,
      meanLoss: this.#losses ? this.#losses.sum / this.#losses.count : undefined,
    };
  }

  #valuesAt(moment: Moment): HyperparameterValues {
    const values = this.#signals.map(([name, signal]) => [name, signalAt(signal, moment)]);
    return Object.freeze(Object.fromEntries(values));
  }

  /** Without any epoch the whole run counts as one. */
  #lossesAfter(loss: number | undefined, epoch = 0): EpochLosses | null {
    if (!this.#usesLoss) return null;
    if (!Number.isFinite(loss)) {
      throw new RangeError(`a loss-controlled signal needs the loss as a finite number; step got ${loss}`);
    }
    return withLoss(this.#losses, loss as number, epoch);
  }
}

function zeroMoments<A extends FloatArray>(rule: Rule, length: number, type: FloatArrayType<A>): Moments<A> {
  return {
    ...(rule.first !== 'none' && { first: new type(length) }),
    ...(rule.second !== 'none' && { second: new type(length) }),
    ...(rule.second === 'max' && { maximum: new type(length) }),
  };
}
