import { type GainTensor, isResolved } from './gain-curve.js';

/** A line through log gain over log second moment. */
export interface GainFit {
  readonly slope: number;
  /** Standard error of the slope under independent deviations of equal variance. */
  readonly slopeError: number;
  /** Coordinates that it goes through. */
  readonly count: number;
}

/**
 * Least squares over coordinates of `-log(|m| / |update| - eps)` over `log v`, so that `1 / (v^p + eps)` gives exactly `-p`.
 * Every tensor has an intercept of its own (the slope is that within tensors): a learning rate, or the factor of matched
 * gain, may differ from tensor to tensor. Left out: `v = 0`, `m = 0`, what is not resolved, and coordinates where eps is more
 * than half of the denominator, of which the exponent cannot be read.
 * @returns `null` without two coordinates of a tensor that differ in v
 */
export function fitExponent(tensors: readonly GainTensor[]): GainFit | null {
  let xx = 0;
  let xy = 0;
  let yy = 0;
  let count = 0;
  let used = 0;
  for (const tensor of tensors) {
    const sums = sumsWithin(tensor);
    if (sums.count < 2) continue;
    used++;
    count += sums.count;
    xx += sums.xx;
    xy += sums.xy;
    yy += sums.yy;
  }
  // Rounding leaves something of v that are all equal.
  if (xx <= 1e-12 * count) return null;
  const slope = xy / xx;
  const freedom = count - used - 1;
  const deviation = Math.max(0, yy - slope * xy);
  return { slope, slopeError: freedom > 0 ? Math.sqrt(deviation / freedom / xx) : 0, count };
}

/** Sums of squares and products about the means of one tensor (Welford, 1962). */
function sumsWithin(tensor: GainTensor): { count: number; xx: number; xy: number; yy: number } {
  const { update, firstMoment, secondMoment, eps = 0 } = tensor;
  const sums = { count: 0, xx: 0, xy: 0, yy: 0 };
  let meanX = 0;
  let meanY = 0;
  for (let i = 0; i < update.length; i++) {
    const v = secondMoment[i]!;
    const ratio = Math.abs(firstMoment[i]! / update[i]!);
    if (!(v > 0 && ratio > 2 * eps && Number.isFinite(ratio) && isResolved(tensor, i))) continue;
    const x = Math.log(v);
    const y = -Math.log(ratio - eps);
    sums.count++;
    const dx = x - meanX;
    const dy = y - meanY;
    meanX += dx / sums.count;
    meanY += dy / sums.count;
    sums.xx += dx * (x - meanX);
    sums.xy += dx * (y - meanY);
    sums.yy += dy * (y - meanY);
  }
  return sums;
}
