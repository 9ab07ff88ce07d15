import type { ClassificationDataset, RegressionDataset } from '../../types.js';
import { DataError } from '../data-error.js';

/** From the first number to the second. */
export type Interval = readonly [low: number, high: number];

/** Data that were made by a rule, and the rule. Seeds and options alone decide on them. */
export interface SyntheticData<D = ClassificationDataset | RegressionDataset> {
  /** Plain data, as a trainer takes them. */
  readonly data: D;
  /** What belongs to an example, without noise: a class number or a value, in double precision. */
  readonly truth: (example: ArrayLike<number>) => number;
}

/** What all kinds of synthetic data have. */
export interface SyntheticOptions {
  /** Training examples. */
  readonly count?: number;
  /** Test examples, which have no noise. Default: as many as training examples. */
  readonly testCount?: number;
  /** Standard deviation of the normal noise in training examples; of what, the kind says. Default 0. */
  readonly noise?: number;
  /** Decides on everything that is random. Default 0. */
  readonly seed?: number;
}

const mostExamples = 1_000_000;

/** @throws DataError for numbers that no synthetic data can have */
export function checkOptions({ count = 1, testCount = 1, noise = 0, seed = 0 }: SyntheticOptions): void {
  checkCount('count', count);
  checkCount('testCount', testCount);
  if (!(noise >= 0 && Number.isFinite(noise)))
    throw new DataError(`noise: ${noise} is not allowed; a number of 0 or more is.`);
  if (!Number.isSafeInteger(seed)) throw new DataError(`seed: ${seed} is not a whole number.`);
}

function checkCount(name: string, count: number): void {
  if (!Number.isInteger(count) || count < 1 || count > mostExamples)
    throw new DataError(`${name}: ${count} is not allowed; a whole number from 1 to ${mostExamples} is.`);
}

/** @throws DataError unless it is a positive number */
export function checkPositive(name: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value)))
    throw new DataError(`${name}: ${value} is not allowed; a number above 0 is.`);
}
