import { mean } from 'simple-statistics';
import { confidence } from '../statistics/comparison.js';
import type { Interval } from '../statistics/interval.js';
import { studentInterval } from '../statistics/student.js';

/** A mean over seeds with Student's 95 % interval; no interval for less than two. */
export interface Estimate {
  readonly seeds: number;
  readonly mean: number;
  readonly interval: Interval | null;
}

/** Nothing for no values. */
export function estimate(values: Iterable<number>): Estimate | null {
  const list = [...values];
  if (list.length === 0) return null;
  return { seeds: list.length, mean: mean(list), interval: studentInterval(list, confidence) };
}
