import { agreement } from './predicted-classes.js';

/** Predictions on the same examples after a step. */
export interface StepPredictions {
  readonly step: number;
  readonly classes: ArrayLike<number>;
}

export interface AlignmentPoint {
  readonly step: number;
  /** Share of the examples whose class is that of the last look, 0 to 1. */
  readonly agreement: number;
}

/**
 * How much of what a network predicts at the end it predicts at each look before (early alignment, arXiv 2509.04713). The last
 * look stands for the end.
 * @throws RangeError for no look
 */
export function agreementWithFinal(looks: readonly StepPredictions[]): AlignmentPoint[] {
  const last = looks.at(-1);
  if (!last) throw new RangeError('there are no predictions to compare');
  return looks.map(({ step, classes }) => ({ step, agreement: agreement(classes, last.classes) }));
}

/**
 * The first step whose agreement is at least `share`, such as 0.9; `null` where none is. The last look agrees with itself, so
 * that an answer of the last step says little.
 * @throws RangeError for a share outside of (0, 1]
 */
export function firstAligned(points: readonly AlignmentPoint[], share: number): number | null {
  if (!(share > 0 && share <= 1)) throw new RangeError(`share is ${share}, not a number in (0, 1]`);
  return points.find((point) => point.agreement >= share)?.step ?? null;
}
