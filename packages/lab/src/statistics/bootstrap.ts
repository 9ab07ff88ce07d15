import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { mean, quantileSorted, sum } from 'simple-statistics';
import { areEqual, type Interval } from './interval.js';

/** How many samples are drawn. */
export const resamples = 9999;

/** Of the samples: the same values always have the same interval. */
const seed = 20230612;

/**
 * The bias-corrected and accelerated (BCa) bootstrap interval for the mean, after Efron, "Better bootstrap confidence
 * intervals", JASA 82, 1987: the quantiles `Phi(z0 + (z0 + z) / (1 - a (z0 + z)))` of the means of samples with
 * replacement, with `z` of the normal distribution, `z0` from the share of means below that of the values (those equal to it
 * count half) and `a` from the jackknife, which for a mean is `sum(d^3) / (6 sum(d^2)^1.5)` over `d = value - mean`.
 *
 * It supposes no distribution, but of few values it is too short: of ten it covers a little less than it says. None for less
 * than two values; without width where they are all equal.
 */
export function bootstrapInterval(values: readonly number[], confidence: number): Interval | null {
  if (values.length < 2) return null;
  if (areEqual(values)) return { low: values[0]!, high: values[0]! };
  const centre = mean([...values]);
  const means = meansOfSamples(values).sort((a, b) => a - b);
  const bias = normalQuantile(shareBelow(means, centre), 0, 1);
  const acceleration = accelerationOf(values.map((value) => value - centre));
  const end = (share: number) => {
    const shifted = bias + normalQuantile(share, 0, 1);
    const level = normalCdf(bias + shifted / (1 - acceleration * shifted), 0, 1);
    return quantileSorted(means, level);
  };
  const tail = (1 - confidence) / 2;
  return { low: end(tail), high: end(1 - tail) };
}

function meansOfSamples(values: readonly number[]): number[] {
  const generator = xoroshiro128plus(seed);
  const n = values.length;
  return Array.from({ length: resamples }, () => {
    let total = 0;
    for (let i = 0; i < n; i++) total += values[uniformInt(generator, 0, n - 1)]!;
    return total / n;
  });
}

/** Kept inside 0 and 1, so that it has a normal quantile; a mean differs from itself by rounding. */
function shareBelow(sorted: readonly number[], centre: number): number {
  const tolerance = 1e-12 * (sorted.at(-1)! - sorted[0]!);
  const below = sorted.filter((value) => value < centre - tolerance).length;
  const above = sorted.filter((value) => value > centre + tolerance).length;
  const share = (below + (sorted.length - below - above) / 2) / sorted.length;
  return Math.min(Math.max(share, 0.5 / sorted.length), 1 - 0.5 / sorted.length);
}

function accelerationOf(deviations: readonly number[]): number {
  const cubes = sum(deviations.map((deviation) => deviation ** 3));
  const squares = sum(deviations.map((deviation) => deviation ** 2));
  return cubes / (6 * squares ** 1.5);
}
