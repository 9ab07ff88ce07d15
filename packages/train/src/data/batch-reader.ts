import { type RandomStream, randomStream } from '../random/random-stream.js';
import type { TargetValues } from '../target.js';
import { sizeOf } from '../tensors.js';
import type { Augmentation, Dataset, Split } from '../types.js';
import { batchTargets, targetsOf } from './batch-targets.js';
import { fillBatch } from './fill-batch.js';
import { requireShiftable, shift, shiftedCount } from './shift.js';

export interface BatchReaderOptions {
  readonly data: Dataset;
  /** Shape of the targets of one example. */
  readonly targetShape: readonly number[];
  /** Training examples of a batch. */
  readonly batchSize: number;
  readonly seed: number;
  readonly augmentation?: Augmentation;
}

/** Inputs of the network, which the next batch overwrites, and what it should make of them. */
export interface Batch {
  readonly x: Float32Array;
  readonly targets: TargetValues;
}

/** Where a batch stands in what it was taken from. */
interface Place {
  readonly start: number;
  readonly count: number;
}

/** An evaluation's batch: so many examples, but no more targets together. */
const evaluation = { examples: 256, targets: 4096 };

/** Takes batches out of a data set. What is random depends on seed, epoch and batch alone. */
export class BatchReader {
  /** Training examples of an epoch. */
  readonly trainCount: number;
  /** Values and targets of one example. */
  readonly exampleSize: number;
  readonly targetSize: number;
  readonly #options: BatchReaderOptions;
  readonly #evaluationBatch: number;
  readonly #x: Float32Array;

  constructor(options: BatchReaderOptions) {
    const { data, targetShape, batchSize, augmentation } = options;
    this.#options = options;
    this.exampleSize = sizeOf(data.shape);
    this.targetSize = sizeOf(targetShape);
    this.trainCount = augmentation?.shift
      ? shiftedCount(requireShiftable(data), this.targetSize)
      : this.#count(data.train);
    this.#evaluationBatch = Math.min(evaluation.examples, Math.ceil(evaluation.targets / this.targetSize));
    const largest = Math.max(Math.min(batchSize, this.trainCount), this.#evaluationBatch);
    this.#x = new Float32Array(largest * this.exampleSize);
  }

  /** The training split as it is cut in an epoch. */
  trainSplit(epoch: number): Split {
    const { data, seed, augmentation } = this.#options;
    if (!augmentation?.shift) return data.train;
    const random = randomStream(seed, 'shift', epoch);
    return shift(requireShiftable(data), this.targetSize, this.trainCount, random);
  }

  /** The examples `indices` of {@link trainSplit}, augmented. */
  trainBatch(split: Split, indices: Uint32Array, epoch: number, batch: number): Batch {
    const { seed, augmentation } = this.#options;
    const x = this.#inputs(split, indices, augmentation, randomStream(seed, 'augmentation', epoch, batch));
    return { x, targets: batchTargets(split, indices, this.targetSize) };
  }

  /** All examples of a split in their order, as they are. */
  *batches(split: Split): Generator<Batch & Place> {
    for (const { indices, ...place } of this.#places(this.#count(split)))
      yield {
        ...place,
        x: this.#inputs(split, indices),
        targets: batchTargets(split, indices, this.targetSize),
      };
  }

  /** The same of inputs alone. */
  *inputBatches(inputs: Split['inputs']): Generator<Pick<Batch, 'x'> & Place> {
    for (const { indices, ...place } of this.#places(inputs.length / this.exampleSize))
      yield { ...place, x: this.#inputs({ inputs }, indices) };
  }

  *#places(total: number): Generator<Place & { readonly indices: Uint32Array }> {
    for (let start = 0; start < total; start += this.#evaluationBatch) {
      const count = Math.min(this.#evaluationBatch, total - start);
      yield { start, count, indices: Uint32Array.from({ length: count }, (_, i) => start + i) };
    }
  }

  #count(split: Split): number {
    return Math.floor(targetsOf(split).length / this.targetSize);
  }

  #inputs(
    split: Pick<Split, 'inputs'>,
    indices: Uint32Array,
    augmentation?: Augmentation,
    random?: RandomStream,
  ): Float32Array {
    const { shape, normalization } = this.#options.data;
    const x = this.#x.subarray(0, indices.length * this.exampleSize);
    fillBatch(split, indices, x, { shape, normalization, augmentation, random });
    return x;
  }
}
