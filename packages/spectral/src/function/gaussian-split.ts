import { requireLength, requirePositive } from '../checks.js';

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

/**
 * `e = |part(h) - part(y)| / |part(y)|`, Euclidean over examples and columns, for the low and the high part: 1 where the network
 * h has learned nothing of it. `null` where the target has no such part.
 */
export function splitErrors(
  filter: GaussianFilter,
  network: ArrayLike<number>,
  target: ArrayLike<number>,
): { low: number | null; high: number | null } {
  requireLength('network', network, target.length);
  const h = splitByFilter(filter, network);
  const y = splitByFilter(filter, target);
  return { low: distance(h.low, y.low), high: distance(h.high, y.high) };
}

function distance(a: Float64Array, b: Float64Array): number | null {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < a.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    size += b[i]! ** 2;
  }
  return size > 0 ? Math.sqrt(difference / size) : null;
}
