import type { OptimizerState } from '@spectrain/optim';

/** All that a training run has come to, between two steps: what it goes on from, bit for bit. */
export interface TrainingState {
  /** Parameters, and running statistics of batch normalisation, by name. */
  readonly weights: Readonly<Record<string, Float32Array>>;
  readonly optimizer: OptimizerState;
  readonly position: TrainingPosition;
}

/**
 * Where a run stands. The order of the data and the augmentation follow from the seed, the epoch and the batch, so that there
 * is no other random state.
 */
export interface TrainingPosition {
  /** Epochs done. */
  readonly epoch: number;
  /** Batches done of the epoch under way, and what has been measured of it. */
  readonly batch: number;
  /** Sum of the losses of its examples as far as they are finite, and the number of these. */
  readonly lossSum: number;
  readonly lossCount: number;
  /** Images trained on, and the time that took without evaluation. */
  readonly images: number;
  readonly trainingSeconds: number;
  /** Time of the epoch so far. */
  readonly seconds: number;
}

export const startPosition: TrainingPosition = {
  epoch: 0,
  batch: 0,
  lossSum: 0,
  lossCount: 0,
  images: 0,
  trainingSeconds: 0,
  seconds: 0,
};

/** @throws RangeError naming what of a position cannot be */
export function checkPosition(position: TrainingPosition, stepsPerEpoch: number): void {
  for (const name of Object.keys(startPosition) as (keyof TrainingPosition)[]) {
    const value = position[name];
    const isSum = name === 'lossSum';
    if (!Number.isFinite(value) || (!isSum && value < 0))
      throw new RangeError(`state: position.${name} is ${value}, not a number${isSum ? '' : ' >= 0'}.`);
  }
  const { epoch, batch } = position;
  if (!Number.isSafeInteger(epoch)) throw new RangeError(`state: position.epoch is ${epoch}.`);
  if (!Number.isSafeInteger(batch) || batch > stepsPerEpoch)
    throw new RangeError(`state: position.batch is ${batch}; an epoch has ${stepsPerEpoch} batches.`);
}
