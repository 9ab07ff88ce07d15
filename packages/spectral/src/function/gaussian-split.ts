import { requireLength, requirePositive } from '../checks.js';
import { norm } from '../vectors.js';

/**
 * A low-pass filter over examples: `G_ij = exp(-|x_i - x_j|² / (2 delta))`, rows divided by their sums (arXiv 1901.06523, filtering
 * method). What varies over distances below about `sqrt(delta)` is taken out.
 */
export interface GaussianFilter {
  readonly count: number;
  /** `[count, count]`, each row adds up to 1. */
  readonly weights: Float64Array;
}

/**
 * @param x inputs `[count, size]`, example after example; count² distances of size each are computed
 * @param delta in the units of a squared distance
 * @throws RangeError where x does not hold whole examples
 */
export function gaussianFilter(x: ArrayLike<number>, count: number, delta: number): GaussianFilter {
  requirePositive('delta', delta);
  const size = x.length / count;
  if (!Number.isInteger(size) || size < 1)
    throw new RangeError(`${x.length} values are not those of ${count} examples`);
  const weights = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    weights[i * count + i] = 1;
    for (let j = 0; j < i; j++) {
      let distance = 0;
      for (let d = 0; d < size; d++) distance += (x[i * size + d]! - x[j * size + d]!) ** 2;
      const weight = Math.exp(-distance / (2 * delta));
      weights[i * count + j] = weight;
      weights[j * count + i] = weight;
    }
  }
  for (let i = 0; i < count; i++) {
    const row = weights.subarray(i * count, (i + 1) * count);
    const sum = row.reduce((a, b) => a + b, 0);
    for (let j = 0; j < count; j++) row[j]! /= sum;
  }
  return { count, weights };
}

/** The smooth part `low = G y` and the rest `high = y - G y`, both `[count, columns]` as y is. */
export function splitByFilter(
  { count, weights }: GaussianFilter,
  y: ArrayLike<number>,
): { low: Float64Array; high: Float64Array } {
  const columns = y.length / count;
  if (!Number.isInteger(columns) || columns < 1)
    throw new RangeError(`${y.length} outputs are not those of ${count} examples`);
  const low = new Float64Array(y.length);
  for (let i = 0; i < count; i++)
    for (let j = 0; j < count; j++) {
      const weight = weights[i * count + j]!;
      for (let c = 0; c < columns; c++) low[i * columns + c]! += weight * y[j * columns + c]!;
    }
  return { low, high: Float64Array.from(low, (value, i) => y[i]! - value) };
}

/** Of the low and of the high part; `null` where the target has no such part. */
export interface SplitErrors {
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * `e = |part(h) - part(y)| / |part(y)|`, Euclidean over examples and columns, for the low and the high part: 1 where the network
 * h has learned nothing of it.
 */
export function splitErrors(
  filter: GaussianFilter,
  network: ArrayLike<number>,
  target: ArrayLike<number>,
): SplitErrors {
  return splitErrorsTo(filter, target)(network);
}

/** {@link splitErrors} of one target for many networks: as the filter is linear, one pass of it over `h - y` does. */
export function splitErrorsTo(
  filter: GaussianFilter,
  target: ArrayLike<number>,
): (network: ArrayLike<number>) => SplitErrors {
  const own = splitByFilter(filter, target);
  const size = { low: norm(own.low), high: norm(own.high) };
  return (network) => {
    requireLength('network', network, target.length);
    const { low, high } = splitByFilter(
      filter,
      Float64Array.from(network, (value, i) => value - target[i]!),
    );
    return {
      low: size.low > 0 ? norm(low) / size.low : null,
      high: size.high > 0 ? norm(high) / size.high : null,
    };
  };
}
