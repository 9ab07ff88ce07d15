import { NonFiniteGradientError, type OptimizerSpec } from '@spectrain/optim';
import { addEvaluation, toEvaluation } from './cross-entropy.js';
import { batchLabels } from './data/batch-labels.js';
import { epochOrder } from './data/epoch-order.js';
import { fillBatch } from './data/fill-batch.js';
import { FitRecord, Rate } from './fit-record.js';
import type { Program } from './program.js';
import { randomStream } from './random/random-stream.js';
import type { Runtime } from './runtime/runtime.js';
import { TrainStep } from './train-step.js';
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
  readonly data: Dataset;
  readonly optimizer: OptimizerSpec;
  readonly batchSize: number;
  readonly seed: number;
  readonly augmentation?: Augmentation;
  readonly parameters?: Readonly<Record<string, Float32Array>>;
}

/** What a run reports while it is under way. */
export interface FitEvents {
  progress(progress: Progress): void;
  epoch(result: EpochResult): void;
}

const evaluationBatch = 256;
const progressMilliseconds = 100;

/** Loss or gradients stopped being finite. */
class Divergence extends Error {}

/** A training run in this thread. Order and augmentation of the data depend on seed, epoch and batch alone. */
export class Engine {
  readonly #step: TrainStep;
  readonly #job: Job;
  readonly #x: Float32Array;
  readonly #exampleSize: number;
  readonly #stepsPerEpoch: number;
  /** Epochs done. */
  #epoch = 0;
  /** Of the epoch under way: batches done, sum of its examples' losses, time. */
  #batch = 0;
  #lossSum = 0;
  #rate = new Rate();
  #reported = 0;
  #stopping = false;

  private constructor(job: Job, step: TrainStep) {
    this.#job = job;
    this.#step = step;
    this.#exampleSize = job.data.shape.reduce((a, b) => a * b, 1);
    this.#x = new Float32Array(Math.max(job.batchSize, evaluationBatch) * this.#exampleSize);
    this.#stepsPerEpoch = Math.ceil(job.data.train.labels.length / job.batchSize);
  }

  static async open(job: Job, runtime: Runtime): Promise<Engine> {
    return new Engine(job, await TrainStep.create({ ...job, runtime }));
  }

  /** Parameters, and running statistics of batch normalisation, by name. */
  weights(): Record<string, Float32Array> {
    return { ...this.#step.parameters.copy(), ...this.#step.buffers.copy() };
  }

  /** Frees the runtime's memory. */
  close(): Promise<void> {
    return this.#step.dispose();
  }

  /** Asks a running {@link fit} to end after its current step. */
  stop(): void {
    this.#stopping = true;
  }

  /** Trains for `epochs` more epochs; one that was stopped midway is finished as the first of them. */
  async fit(epochs: number, events: FitEvents): Promise<FitResult> {
    const last = this.#epoch + epochs;
    const record = new FitRecord(epochs * this.#stepsPerEpoch);
    this.#stopping = false;
    try {
      while (this.#epoch < last) {
        const started = performance.now();
        const finished = await this.#trainEpoch(last, record, events);
        if (!finished) return record.end('stopped');
        const result = await this.#endEpoch(started);
        record.addEpoch(result);
        events.epoch(result);
      }
    } catch (error) {
      if (error instanceof Divergence) return record.end('diverged', error.message);
      throw error;
    }
    return record.end('completed');
  }

  /** Mean loss and accuracy in inference mode. */
  async evaluate(split: Split = this.#job.data.test): Promise<Evaluation> {
    const sums = { loss: 0, correct: 0, count: 0 };
    for (let start = 0; start < split.labels.length; start += evaluationBatch) {
      const { x, labels } = this.#read(
        split,
        range(start, Math.min(start + evaluationBatch, split.labels.length)),
      );
      addEvaluation(sums, await this.#step.logits(x, labels.length), labels);
    }
    return toEvaluation(sums);
  }

  /** Logits `[count, classes]` for inputs in stored form. */
  async predict(inputs: Split['inputs']): Promise<Float32Array> {
    const count = inputs.length / this.#exampleSize;
    const split = { inputs, labels: new Uint8Array(count) };
    const logits = new Float32Array(count * this.#job.data.classes);
    for (let start = 0; start < count; start += evaluationBatch) {
      const indices = range(start, Math.min(start + evaluationBatch, count));
      const { x } = this.#read(split, indices);
      logits.set(await this.#step.logits(x, indices.length), start * this.#job.data.classes);
    }
    return logits;
  }

  /** Runs the batches of the epoch under way; false when it was stopped before its end. */
  async #trainEpoch(epochs: number, record: FitRecord, events: FitEvents): Promise<boolean> {
    const order = epochOrder(this.#job.data.train.labels.length, this.#job.seed, this.#epoch);
    for (; this.#batch < this.#stepsPerEpoch; this.#batch++) {
      if (this.#stopping) return false;
      const started = performance.now();
      const first = this.#batch * this.#job.batchSize;
      const indices = order.subarray(first, first + this.#job.batchSize);
      const loss = await this.#trainBatch(indices);
      const seconds = secondsSince(started);
      this.#rate.add(indices.length, seconds);
      record.rate.add(indices.length, seconds);
      this.#lossSum += loss * indices.length;
      record.addStep(this.#stepCount, loss, this.#values());
      this.#report(epochs, events);
    }
    return true;
  }

  async #trainBatch(indices: Uint32Array): Promise<number> {
    const { x, labels } = this.#read(this.#job.data.train, indices, this.#job.augmentation);
    const where = `at step ${this.#stepCount + 1} (epoch ${this.#epoch + 1})`;
    try {
      const position = { epoch: this.#epoch, stepsPerEpoch: this.#stepsPerEpoch };
      const loss = await this.#step.step(x, labels, position);
      if (!Number.isFinite(loss)) throw new Divergence(`the loss became ${loss} ${where}`);
      return loss;
    } catch (error) {
      if (error instanceof NonFiniteGradientError) throw new Divergence(`${error.message} ${where}`);
      throw error;
    }
  }

  async #endEpoch(started: number): Promise<EpochResult> {
    const test = await this.evaluate();
    this.#epoch++;
    const result: EpochResult = {
      epoch: this.#epoch,
      step: this.#stepCount,
      trainLoss: this.#lossSum / this.#rate.images,
      testLoss: test.loss,
      testAccuracy: test.accuracy,
      seconds: secondsSince(started),
      imagesPerSecond: this.#rate.perSecond,
      ...this.#values(),
    };
    this.#batch = 0;
    this.#lossSum = 0;
    this.#rate = new Rate();
    if (!Number.isFinite(test.loss))
      throw new Divergence(`the test loss became ${test.loss} after epoch ${this.#epoch}`);
    return result;
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
      imagesPerSecond: this.#rate.perSecond,
      loss: this.#lossSum / this.#rate.images,
    });
  }

  #read(
    split: Split,
    indices: Uint32Array,
    augmentation?: Augmentation,
  ): { x: Float32Array; labels: BigInt64Array } {
    const { shape, normalization } = this.#job.data;
    const x = this.#x.subarray(0, indices.length * this.#exampleSize);
    const random = randomStream(this.#job.seed, 'augmentation', this.#epoch, this.#batch);
    fillBatch(split, indices, x, { shape, normalization, augmentation, random });
    return { x, labels: batchLabels(split, indices) };
  }

  #values(): StepValues {
    const { lr, momentum, p } = this.#step.optimizer.values;
    return { lr, ...(momentum !== undefined && { momentum }), ...(p !== undefined && { p }) };
  }

  get #stepCount(): number {
    return this.#step.optimizer.stepCount;
  }
}

function range(start: number, end: number): Uint32Array {
  return Uint32Array.from({ length: end - start }, (_, i) => start + i);
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}
