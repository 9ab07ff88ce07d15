import { randomStream } from '../random/random-stream.js';
import { sizeOf } from '../tensors.js';
import type { Augmentation, Dataset, Split } from '../types.js';
import { batchLabels } from './batch-labels.js';
import { fillBatch } from './fill-batch.js';
import { requireShiftable, shift, shiftedCount } from './shift.js';

export interface BatchReaderOptions {
  readonly data: Dataset;
  /** Shape of the labels of one example. */
  readonly labelShape: readonly number[];
  /** Training examples of a batch. */
  readonly batchSize: number;
  readonly seed: number;
  readonly augmentation?: Augmentation;
}

/** Inputs of the network, which the next batch overwrites, and classes. */
export interface Batch {
  readonly x: Float32Array;
  readonly labels: BigInt64Array;
}

/** An evaluation's batch: so many examples, but no more labels together. */
const evaluation = { examples: 256, labels: 4096 };

/** Takes batches out of a data set. What is random depends on seed, epoch and batch alone. */
export class BatchReader {
  /** Training examples of an epoch. */
  readonly trainCount: number;
  /** Values and labels of one example. */
  readonly exampleSize: number;
  readonly labelSize: number;
  readonly #options: BatchReaderOptions;
  readonly #evaluationBatch: number;
  readonly #x: Float32Array;

  constructor(options: BatchReaderOptions) {
    const { data, labelShape, batchSize, augmentation } = options;
    if (augmentation?.shift) requireShiftable(data);
    this.#options = options;
    this.exampleSize = sizeOf(data.shape);
    this.labelSize = sizeOf(labelShape);
    this.trainCount = augmentation?.shift
      ? shiftedCount(data.train, this.labelSize)
      : this.#count(data.train);
    this.#evaluationBatch = Math.min(evaluation.examples, Math.ceil(evaluation.labels / this.labelSize));
    const largest = Math.max(Math.min(batchSize, this.trainCount), this.#evaluationBatch);
    this.#x = new Float32Array(largest * this.exampleSize);
  }

  /** The training split as it is cut in an epoch. */
  trainSplit(epoch: number): Split {
    const { data, seed, augmentation } = this.#options;
    if (!augmentation?.shift) return data.train;
    return shift(data.train, this.labelSize, this.trainCount, randomStream(seed, 'shift', epoch));
  }

  /** The examples `indices` of {@link trainSplit}, augmented. */
  trainBatch(split: Split, indices: Uint32Array, epoch: number, batch: number): Batch {
    const { seed, augmentation } = this.#options;
    return this.#read(split, indices, augmentation, randomStream(seed, 'augmentation', epoch, batch));
  }

  /** All examples of a split in their order, as they are. */
  *batches(split: Split): Generator<Batch & { readonly start: number; readonly count: number }> {
    const total = this.#count(split);
    for (let start = 0; start < total; start += this.#evaluationBatch) {
      const count = Math.min(this.#evaluationBatch, total - start);
      const indices = Uint32Array.from({ length: count }, (_, i) => start + i);
      yield { start, count, ...this.#read(split, indices) };
    }
  }

  #count({ labels }: Split): number {
    return Math.floor(labels.length / this.labelSize);
  }

  #read(
    split: Split,
    indices: Uint32Array,
    augmentation?: Augmentation,
    random?: ReturnType<typeof randomStream>,
  ): Batch {
    const { shape, normalization } = this.#options.data;
    const x = this.#x.subarray(0, indices.length * this.exampleSize);
    fillBatch(split, indices, x, { shape, normalization, augmentation, random });
    return { x, labels: batchLabels(split, indices, this.labelSize) };
  }
}
