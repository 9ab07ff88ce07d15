import { NonFiniteGradientError, type OptimizerSpec } from '@spectrain/optim';
import { BatchReader } from './data/batch-reader.js';
import { epochOrder } from './data/epoch-order.js';
import { DeviceStep } from './device-step.js';
import { Evaluator, type JudgedBatch } from './evaluator.js';
import { FitRecord, MeanLoss, Rate } from './fit-record.js';
import type { Program } from './program.js';
import type { Runtime } from './runtime/runtime.js';
import { NonFiniteStepError, type Step } from './step.js';
import type { StepProgram } from './step-program.js';
import { sizeOf } from './tensors.js';
import { TrainStep } from './train-step.js';
import { checkPosition, type TrainingPosition, type TrainingState } from './training-state.js';
import type {
  Augmentation,
  Dataset,
  EpochResult,
  Evaluation,
  FitResult,
  Progress,
  Split,
  StepValues,
} from './types.js';

/** Everything a training run depends on, as plain data. */
export interface Job {
  readonly program: Program;
  /** The update included, for a runtime whose memory is elsewhere: weights and moments stay there. */
  readonly whole?: StepProgram;
  readonly data: Dataset;
  readonly optimizer: OptimizerSpec;
  readonly batchSize: number;
  readonly seed: number;
  readonly augmentation?: Augmentation;
  readonly parameters?: Readonly<Record<string, Float32Array>>;
  /** What an earlier run of the same job came to, to go on from. */
  readonly state?: TrainingState;
}

/** A step that has been done. */
export interface StepReport extends StepValues {
  /** Steps done, those that were skipped included. */
  readonly step: number;
  /** Of the batch, before the update. */
  readonly loss: number;
}

/** A step that is about to be done; step and epoch are counted from 1. */
export type NextStep = Pick<EpochResult, 'step' | 'epoch'>;

/** What a run reports while it is under way. */
export interface FitEvents {
  progress(progress: Progress): void;
  epoch(result: EpochResult): void | Promise<void>;
  /** Before every step. */
  beforeStep?(next: NextStep): void;
  /** After every step; the training goes on when it has settled. */
  step?(info: StepReport): void | Promise<void>;
}

const progressMilliseconds = 100;

/** Loss or gradients stopped being finite. */
class Divergence extends Error {}

/**
 * A training run in this thread. Order and augmentation of the data depend on seed, epoch and batch alone. It does one thing
 * at a time: a call while another is under way is refused, except for {@link Engine.stop} and {@link Engine.weights}.
 */
export class Engine {
  readonly #step: Step;
  readonly #evaluator: Evaluator;
  readonly #job: Job;
  readonly #reader: BatchReader;
  readonly #stepsPerEpoch: number;
  /** Epochs done. */
  #epoch = 0;
  /** Of the epoch under way, also where it was stopped: batches done, mean loss of its examples, time. */
  #batch = 0;
  #loss = new MeanLoss();
  #rate = new Rate();
  #seconds = 0;
  /** When the part of the epoch that is being trained began. */
  #started: number | undefined;
  #reported = 0;
  #stopping = false;
  /** The call under way. */
  #busy: string | undefined;

  private constructor(job: Job, step: Step, evaluator: Evaluator) {
    this.#job = job;
    this.#step = step;
    this.#evaluator = evaluator;
    this.#reader = new BatchReader({ ...job, targetShape: job.program.targets.shape });
    this.#stepsPerEpoch = Math.ceil(this.#reader.trainCount / job.batchSize);
    if (job.state) this.#load(job.state);
  }

  static async open(job: Job, runtime: Runtime): Promise<Engine> {
    const { whole } = job;
    const options = { ...job, runtime };
    return new Engine(
      job,
      whole ? await DeviceStep.create({ ...options, whole }) : await TrainStep.create(options),
      await Evaluator.open(job.program, runtime),
    );
  }

  /** Parameters, and running statistics of batch normalisation, by name. */
  weights(): Promise<Record<string, Float32Array>> {
    return this.#step.weights();
  }

  /**
   * A copy of all that the training goes on from, between two steps: also during {@link fit}, in {@link FitEvents.step}.
   * @throws Error on a provider whose memory is elsewhere
   */
  state(): TrainingState {
    const state = this.#step.state?.();
    if (!state) throw new Error('Engine: the state of a training on this provider cannot be read.');
    return { ...state, position: this.#position };
  }

  /** Whether {@link state} can be had. */
  get hasState(): boolean {
    return this.#step.state !== undefined;
  }

  /**
   * Parameters, gradients and optimizer, for instruments that look at them between two steps: in {@link FitEvents}. What they may
   * do without a trace in the training is `predict`, and `backward` once the step is done. Nothing on a provider whose memory
   * is elsewhere.
   */
  get trainStep(): TrainStep | undefined {
    return this.#step instanceof TrainStep ? this.#step : undefined;
  }

  /** Frees the runtime's memory. */
  close(): Promise<void> {
    return this.#alone('close', async () => {
      await this.#evaluator.release();
      await this.#step.dispose();
    });
  }

  /** Asks a running {@link fit} to end after its current step. */
  stop(): void {
    this.#stopping = true;
  }

  /** Trains for `epochs` more epochs; one that was stopped midway is finished as the first of them. */
  fit(epochs: number, events: FitEvents): Promise<FitResult> {
    return this.#alone('fit', async () => {
      const last = this.#epoch + epochs;
      const record = new FitRecord(epochs * this.#stepsPerEpoch);
      this.#stopping = false;
      try {
        while (this.#epoch < last) {
          const result = await this.#trainEpoch(last, record, events);
          if (!result) return record.end('stopped');
          record.addEpoch(result);
          await events.epoch(result);
        }
      } catch (error) {
        if (error instanceof Divergence) return record.end('diverged', error.message);
        throw error;
      }
      return record.end('completed');
    });
  }

  /** Mean loss, and accuracy of classes, in inference mode. */
  evaluate(split: Split = this.#job.data.test): Promise<Evaluation> {
    return this.#alone('evaluate', () => this.#evaluate(split));
  }

  /** Logits `[count, ...labelShape, classes]`, or outputs `[count, ...targetShape]`, for inputs in stored form. */
  predict(inputs: Split['inputs']): Promise<Float32Array> {
    return this.#alone('predict', async () => {
      const size = sizeOf(this.#job.program.output.shape);
      const output = new Float32Array((inputs.length / this.#reader.exampleSize) * size);
      for (const { x, start, count } of this.#reader.inputBatches(inputs))
        output.set(await this.#step.predict(x, count), start * size);
      return output;
    });
  }

  /** All calls share the memory of a batch. */
  async #alone<T>(name: string, work: () => Promise<T>): Promise<T> {
    if (this.#busy)
      throw new Error(`Engine: ${name} was called during ${this.#busy}; it does one thing at a time.`);
    this.#busy = name;
    try {
      return await work();
    } finally {
      this.#busy = undefined;
    }
  }

  #evaluate(split: Split): Promise<Evaluation> {
    return this.#evaluator.evaluate(this.#judged(split));
  }

  async *#judged(split: Split): AsyncGenerator<JudgedBatch> {
    for (const { x, targets, count } of this.#reader.batches(split))
      yield { output: await this.#step.predict(x, count), targets, count };
  }

  /** Trains and evaluates what is left of the epoch under way; nothing comes of one that was stopped before its end. */
  async #trainEpoch(epochs: number, record: FitRecord, events: FitEvents): Promise<EpochResult | undefined> {
    this.#started = performance.now();
    try {
      const finished = await this.#trainBatches(epochs, record, events);
      if (!finished) return undefined;
    } finally {
      this.#seconds += secondsSince(this.#started);
      this.#started = undefined;
    }
    return this.#endEpoch();
  }

  /** False when it was stopped before the end of the epoch. */
  async #trainBatches(epochs: number, record: FitRecord, events: FitEvents): Promise<boolean> {
    const order = epochOrder(this.#reader.trainCount, this.#job.seed, this.#epoch);
    const split = this.#reader.trainSplit(this.#epoch);
    while (this.#batch < this.#stepsPerEpoch) {
      if (this.#stopping) return false;
      const started = performance.now();
      const first = this.#batch * this.#job.batchSize;
      const indices = order.subarray(first, first + this.#job.batchSize);
      events.beforeStep?.({ step: this.#stepCount + 1, epoch: this.#epoch + 1 });
      const loss = await this.#trainBatch(split, indices);
      const seconds = secondsSince(started);
      this.#batch++;
      this.#rate.add(indices.length, seconds);
      record.rate.add(indices.length, seconds);
      this.#loss.add(loss, indices.length);
      const values = this.#values();
      record.addStep(this.#stepCount, loss, values);
      await events.step?.({ step: this.#stepCount, loss, ...values });
      this.#report(epochs, events);
    }
    return true;
  }

  async #trainBatch(split: Split, indices: Uint32Array): Promise<number> {
    const { x, targets } = this.#reader.trainBatch(split, indices, this.#epoch, this.#batch);
    try {
      const position = { epoch: this.#epoch, stepsPerEpoch: this.#stepsPerEpoch };
      return await this.#step.step(x, targets, position);
    } catch (error) {
      if (!(error instanceof NonFiniteGradientError || error instanceof NonFiniteStepError)) throw error;
      throw new Divergence(`${error.message} at step ${this.#stepCount + 1} (epoch ${this.#epoch + 1})`);
    }
  }

  async #endEpoch(): Promise<EpochResult> {
    const started = performance.now();
    const test = await this.#evaluate(this.#job.data.test);
    const result: EpochResult = {
      epoch: this.#epoch + 1,
      step: this.#stepCount,
      trainLoss: this.#loss.mean,
      testLoss: test.loss,
      ...(test.accuracy !== undefined && { testAccuracy: test.accuracy }),
      seconds: this.#seconds + secondsSince(started),
      examplesPerSecond: this.#rate.perSecond,
      ...this.#values(),
    };
    this.#epoch++;
    this.#batch = 0;
    this.#loss = new MeanLoss();
    this.#rate = new Rate();
    this.#seconds = 0;
    if (!Number.isFinite(test.loss))
      throw new Divergence(`the test loss became ${test.loss} after epoch ${this.#epoch}`);
    return result;
  }

  get #position(): TrainingPosition {
    return {
      epoch: this.#epoch,
      batch: this.#batch,
      lossSum: this.#loss.sum,
      lossCount: this.#loss.count,
      images: this.#rate.images,
      trainingSeconds: this.#rate.seconds,
      seconds: this.#seconds + (this.#started === undefined ? 0 : secondsSince(this.#started)),
    };
  }

  #load({ position, ...state }: TrainingState): void {
    checkPosition(position, this.#stepsPerEpoch);
    if (!this.#step.load) throw new Error('Engine: a training on this provider cannot go on from a state.');
    this.#step.load(state);
    this.#epoch = position.epoch;
    this.#batch = position.batch;
    this.#loss = new MeanLoss(position.lossSum, position.lossCount);
    this.#rate = new Rate(position.images, position.trainingSeconds);
    this.#seconds = position.seconds;
  }

  #report(epochs: number, events: FitEvents): void {
    const now = performance.now();
    if (now - this.#reported < progressMilliseconds) return;
    this.#reported = now;
    events.progress({
      epoch: this.#epoch + 1,
      epochs,
      step: this.#stepCount,
      steps: epochs * this.#stepsPerEpoch,
      examplesPerSecond: this.#rate.perSecond,
      loss: this.#loss.mean,
    });
  }

  #values(): StepValues {
    const { lr, momentum, p } = this.#step.values;
    return { lr, ...(momentum !== undefined && { momentum }), ...(p !== undefined && { p }) };
  }

  /** Steps done, those that were skipped included. */
  get #stepCount(): number {
    return this.#epoch * this.#stepsPerEpoch + this.#batch;
  }
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}
