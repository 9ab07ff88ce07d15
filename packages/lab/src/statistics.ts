import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { mean, sampleStandardDeviation } from 'simple-statistics';

/** A mean over seeds and its standard deviation (`n - 1`; none for one value). */
export interface Spread {
  readonly mean: number;
  readonly sd: number | null;
}

/** A mean difference and its 95 % interval; no interval for one pair. */
export interface Difference {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** Nothing for no values. */
export function spread(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  return { mean: mean([...values]), sd: values.length > 1 ? sampleStandardDeviation([...values]) : null };
}

/** The mean of paired differences with Student's 95 % interval; nothing for no pairs. */
export function pairedDifference(differences: readonly number[]): Difference | null {
  const all = spread(differences);
  if (!all || all.sd === null) return all && { mean: all.mean, low: null, high: null };
  const n = differences.length;
  const half = (tQuantile(0.975, n - 1) * all.sd) / Math.sqrt(n);
  return { mean: all.mean, low: all.mean - half, high: all.mean + half };
}
