import { mean, sampleStandardDeviation } from 'simple-statistics';

/** A mean over seeds and its standard deviation (`n - 1`; none for one value). */
export interface Spread {
  readonly mean: number;
  readonly sd: number | null;
}

/** Nothing for no values. */
export function spread(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  return { mean: mean([...values]), sd: values.length > 1 ? sampleStandardDeviation([...values]) : null };
}
