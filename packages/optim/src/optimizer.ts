import { FamilyOptimizer } from './family-optimizer.js';
import type { HyperparameterValues } from './hyperparameters.js';
import { kernelBackend } from './kernel/kernel-arithmetic.js';
import type { OptimizerSpec } from './optimizer-spec.js';
import type { OptimizerState } from './optimizer-state.js';
import { plainBackend } from './plain-arithmetic.js';
import type { Tensors } from './tensors.js';
import type { FloatArray } from './update-rule.js';

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
  /**
   * Hyperparameters used in the last step, for parameters that are in no group; before the first step, those that it
   * will use.
   */
  readonly values: HyperparameterValues;
  /** The same for one parameter; `{ lr: 0 }` where it is frozen. Throws a `RangeError` for a name that is not known. */
  valuesOf(parameter: string): HyperparameterValues;
  /** Steps done. */
  readonly stepCount: number;
  /** Steps left out for a gradient that was not finite, under `nonFinite: 'skip'`. */
  readonly skippedSteps: number;
  /**
   * Moves every parameter by one step. `grads` has one gradient per parameter, of the same length; those of frozen
   * parameters are ignored and may be left out. Parameters and state are untouched when it throws: a
   * `NonFiniteGradientError` for a gradient that is NaN or infinite, a `RangeError` for gradients missing, extra or
   * misshapen, for a loss or epoch that a signal needs, or for a hyperparameter outside of what it may be.
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
 * `Float32Array`s. Where the spec has groups, an `OptimizerSpecError` for a pattern that matches no parameter.
 */
export function createOptimizer(spec: OptimizerSpec, params: Tensors<Float32Array>): Optimizer<Float32Array> {
  return new FamilyOptimizer(spec, params, kernelBackend);
}

/** The same optimizer in float64: the oracle that other implementations are measured against. */
export function reference(spec: OptimizerSpec, params: Tensors<Float64Array>): Optimizer<Float64Array> {
  return new FamilyOptimizer(spec, params, plainBackend(Float64Array));
}
