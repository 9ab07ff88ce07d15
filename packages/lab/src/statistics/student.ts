import tCdf from '@stdlib/stats-base-dists-t-cdf';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { mean, sampleStandardDeviation } from 'simple-statistics';
import { areEqual, type Interval } from './interval.js';

/**
 * Student's interval for the mean, `mean ± t(1 - alpha/2, n - 1) sd / sqrt(n)`. Of paired differences it is the interval that
 * belongs to the paired t-test. None for less than two values; without width where they are all equal.
 *
 * @param confidence `1 - alpha`, between 0 and 1
 */
export function studentInterval(values: readonly number[], confidence: number): Interval | null {
  const n = values.length;
  if (n < 2) return null;
  if (areEqual(values)) return { low: values[0]!, high: values[0]! };
  const centre = mean([...values]);
  const half = tQuantile(1 - (1 - confidence) / 2, n - 1) * standardError(values);
  return { low: centre - half, high: centre + half };
}

/**
 * The p-value of Student's two-sided test that the mean is zero, `2 F(-|t|; n - 1)` with `t = mean sqrt(n) / sd`. None for
 * less than two values and where all are equal: there is no spread to judge the mean by.
 */
export function studentTest(values: readonly number[]): number | null {
  if (values.length < 2 || areEqual(values)) return null;
  return 2 * tCdf(-Math.abs(mean([...values]) / standardError(values)), values.length - 1);
}

function standardError(values: readonly number[]): number {
  return sampleStandardDeviation([...values]) / Math.sqrt(values.length);
}
