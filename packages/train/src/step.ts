import type { HyperparameterValues } from '@spectrain/optim';
import type { TargetValues } from './target.js';
import type { TrainingState } from './training-state.js';

/** Where a step stands in the training, for schedules and for the loss-controlled momentum. */
export interface StepPosition {
  readonly epoch: number;
  readonly stepsPerEpoch: number;
}

/** A compiled training step, as a loop sees it. */
export interface Step {
  /** Hyperparameters of the last step. */
  readonly values: HyperparameterValues;
  /**
   * One training step. Where loss or gradients are not finite it changes nothing.
   * @param x normalised inputs `[n, ...shape]`; @param targets classes `[n, ...labelShape]` or numbers `[n, ...targetShape]`
   * @returns the mean loss of the batch, before the update
   * @throws NonFiniteStepError, NonFiniteGradientError unless such steps are skipped
   */
  step(x: Float32Array, targets: TargetValues, position: StepPosition): Promise<number>;
  /**
   * Logits `[n, ...labelShape, classes]`, in regression the outputs `[n, ...targetShape]`, in inference mode for normalised
   * inputs `[n, ...shape]`.
   */
  predict(x: Float32Array, count: number): Promise<Float32Array>;
  /** Copies of parameters, and of running statistics of batch normalisation, by name. */
  weights(): Promise<Record<string, Float32Array>>;
  /** A copy of all that the next step depends on. Absent where that is in the memory of a device. */
  state?(): StepState;
  /** Takes over a copy of a state. @throws RangeError naming what does not fit */
  load?(state: StepState): void;
  dispose(): Promise<void>;
}

/** What a step changes. */
export type StepState = Pick<TrainingState, 'weights' | 'optimizer'>;

/** Loss or gradients are NaN or infinite. Nothing has been changed when it is thrown. */
export class NonFiniteStepError extends RangeError {
  override readonly name: string = 'NonFiniteStepError';
}

/** A loss that is NaN or infinite. Nothing has been changed when it is thrown. */
export class NonFiniteLossError extends NonFiniteStepError {
  override readonly name = 'NonFiniteLossError';

  constructor(
    readonly loss: number,
    /** The first parameter whose gradient is not finite, where that is known. */
    readonly parameter?: string,
  ) {
    super(
      `the loss became ${loss}${parameter === undefined ? '' : ` (and the gradient of ${parameter} is not finite)`}`,
    );
  }
}
