import { agreement } from './predicted-classes.js';

/** Predictions on the same examples at the end of an epoch. */
export interface EpochPredictions {
  readonly epoch: number;
  readonly classes: ArrayLike<number>;
}

export interface AlignmentPoint {
  readonly epoch: number;
  /** Share of the examples whose class is the final one, 0 to 1. */
  readonly agreement: number;
}

/** How much of what a network predicts at the end it predicts after each epoch (early alignment, arXiv 2509.04713). */
export function agreementWithFinal(epochs: readonly EpochPredictions[]): AlignmentPoint[] {
  const last = epochs.at(-1);
  if (!last) throw new RangeError('there are no predictions to compare');
  return epochs.map(({ epoch, classes }) => ({ epoch, agreement: agreement(classes, last.classes) }));
}

/**
 * The first epoch whose agreement is at least `share`, such as 0.9; `null` where none is. The last epoch agrees with itself, so
 * that an answer of the last epoch says little.
 */
export function firstAligned(points: readonly AlignmentPoint[], share: number): number | null {
  if (!(share > 0 && share <= 1)) throw new RangeError(`share is ${share}, not a number in (0, 1]`);
  return points.find((point) => point.agreement >= share)?.epoch ?? null;
}
