import {
  dispose,
  type NamedTensorMap,
  Optimizer,
  type Scalar,
  serialization,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core';
import type { HyperparameterValues } from '../hyperparameters.js';
import type { StepInfo } from '../optimizer.js';
import type { OptimizerSpec } from '../optimizer-spec.js';
import { StepPlan } from '../step-plan.js';
import { checkSpec } from '../validate-spec.js';
import { configOf, specOf } from './config.js';
import { type NamedTensor, planWeights, readWeights } from './saved-weights.js';
import { TrainedVariables } from './trained-variables.js';

/**
 * An optimizer of the family for TensorFlow.js: `theta -= lr * mhat / (vhat^p + eps)` over variables. It goes wherever a
 * `tf.Optimizer` does: `model.compile({ optimizer })`, `optimizer.minimize(f)`, `model.save(url, { includeOptimizer: true })`.
 *
 * The variables of its first step are those it keeps to. Moments go by their names. A variable without a gradient is left
 * as it is in that step.
 *
 * A step that throws leaves variables and moments as they were: a `NonFiniteGradientError` for a gradient that is NaN or
 * infinite, a `RangeError` for a variable that the first step did not have, a gradient of another shape, a loss or epoch that
 * a signal needs, or a hyperparameter outside of what it may be; the first step an `OptimizerSpecError` for a pattern of a
 * group that matches no variable.
 */
export class SpectrainOptimizer extends Optimizer {
  /** What a saved model calls this class. */
  static get className(): string {
    return 'SpectrainOptimizer';
  }

  /** Reads what {@link getConfig} wrote. */
  static override fromConfig<T extends serialization.Serializable>(
    type: serialization.SerializableConstructor<T>,
    config: serialization.ConfigDict,
  ): T {
    return new type(specOf(config));
  }

  /**
   * Epochs finished, for steps that are not told. Default: steps done / `stepsPerEpoch`, rounded down. To follow
   * `model.fit`, set it in `onEpochBegin`.
   */
  epoch: number | undefined;
  /** Default: `epochLength` of the spec. */
  stepsPerEpoch: number | undefined;
  /** Stands in for the plan of the variables as long as they are not known. */
  readonly #outline: StepPlan;
  #trained: TrainedVariables | null = null;
  /** What {@link getWeights} made last, and at which count of steps. */
  #planWeights: { readonly at: string; readonly weights: readonly NamedTensor[] } | null = null;

  /** Throws an `OptimizerSpecError` for a spec that is not valid. */
  constructor(spec: OptimizerSpec) {
    super();
    // As names its own patterns match, so that all but the names is checked now.
    this.#outline = new StepPlan(spec, patternsOf(checkSpec(spec, 'allowed')));
  }

  /** The optimizer as plain JSON, but for signals that are functions. */
  get spec(): OptimizerSpec {
    return this.#outline.spec;
  }

  /** Hyperparameters of the last step for variables in no group; before the first step, those that it will use. */
  get values(): HyperparameterValues {
    return (this.#trained?.plan ?? this.#outline).values;
  }

  /** The same for one variable. Throws a `RangeError` for a name that is not known, as all are before the first step. */
  valuesOf(variable: string): HyperparameterValues {
    if (this.#trained) return this.#trained.valuesOf(variable);
    throw new RangeError(`there is no variable ${variable} before the first step`);
  }

  /** Steps left out for a gradient that was not finite, under `nonFinite: 'skip'`. */
  get skippedSteps(): number {
    return this.#trained?.plan.skippedSteps ?? 0;
  }

  /**
   * Does a step on the gradients of `f()`, whose value is the loss that signals follow. `model.fit` and
   * `model.trainOnBatch` come here too.
   * @param variables whose gradients to take; default: of all trainable variables those that `f` depends on
   * @returns the loss, for the caller to dispose of, if `returnCost`; else `null`
   */
  override minimize(f: () => Scalar, returnCost = false, variables?: Variable[]): Scalar | null {
    const { value, grads } = this.computeGradients(f, variables);
    const gradients = variables?.map(({ name }) => [name, grads[name]] as const) ?? Object.entries(grads);
    let returned: Scalar | null = null;
    try {
      this.#step(new Map(gradients), {}, value);
      if (returnCost) returned = value;
    } finally {
      dispose(grads);
      if (returned === null) value.dispose();
    }
    return returned;
  }

  /**
   * Does a step on gradients that are known. They stay the caller's.
   * @param info what the signals of the spec need to know: `loss`, `epoch`, `stepsPerEpoch`
   */
  override applyGradients(gradients: NamedTensorMap | NamedTensor[], info: StepInfo = {}): void {
    const entries = Array.isArray(gradients)
      ? gradients.map(({ name, tensor }) => [name, tensor] as const)
      : Object.entries(gradients);
    this.#step(new Map(entries), info);
  }

  /**
   * All that is needed to go on: `iter`, the count of steps; `plan`, a text; and the moments as `first/<variable>`,
   * `second/<variable>` and `maximum/<variable>`. The tensors stay the optimizer's, the moments change with the next step.
   */
  override async getWeights(): Promise<NamedTensor[]> {
    const steps = this.#trained?.plan.stepCount ?? 0;
    const at = `${steps} ${this.skippedSteps}`;
    if (this.#planWeights?.at !== at) {
      this.#forgetPlanWeights();
      this.#planWeights = { at, weights: planWeights(steps, this.#trained?.savedPlan()) };
    }
    return [...this.#planWeights!.weights, ...(this.#trained?.momentWeights() ?? [])];
  }

  /**
   * Takes over copies of what {@link getWeights} gave, also from before the first step. Throws a `RangeError` naming what does
   * not fit and changes nothing.
   */
  override async setWeights(weights: NamedTensor[]): Promise<void> {
    const saved = await readWeights(weights);
    const next = saved && TrainedVariables.restored(this.spec, saved, this.#trained?.variables);
    this.dispose();
    this.#trained = next;
    this.iterations_ = next?.plan.stepCount ?? 0;
  }

  /** Throws an `Error` where a signal is a function: a file cannot hold it. */
  override getConfig(): serialization.ConfigDict {
    return configOf(this.spec);
  }

  /** Frees the moments. A step after this is a first one. */
  override dispose(): void {
    this.#trained?.dispose();
    this.#trained = null;
    this.iterations_ = 0;
    this.#forgetPlanWeights();
  }

  #step(gradients: ReadonlyMap<string, Tensor | null | undefined>, info: StepInfo, loss?: Scalar): void {
    const trained = this.#trained ?? TrainedVariables.from(this.spec, gradients.keys());
    trained.step(
      gradients,
      { ...info, epoch: info.epoch ?? this.epoch, stepsPerEpoch: info.stepsPerEpoch ?? this.stepsPerEpoch },
      loss,
    );
    this.#trained = trained;
    this.iterations_ = trained.plan.stepCount;
  }

  #forgetPlanWeights(): void {
    dispose(this.#planWeights?.weights.map(({ tensor }) => tensor) ?? []);
    this.#planWeights = null;
  }
}

serialization.registerClass(SpectrainOptimizer);

/**
 * An optimizer for TensorFlow.js, e.g. `model.compile({ optimizer: createOptimizer({ kind: 'adam', lr: 1e-3 }), loss })`.
 * Throws an `OptimizerSpecError` for a spec that is not valid.
 */
export function createOptimizer(spec: OptimizerSpec): SpectrainOptimizer {
  return new SpectrainOptimizer(spec);
}

function patternsOf(spec: OptimizerSpec): readonly string[] {
  return [...new Set(spec.groups?.flatMap(({ match }) => match))];
}
