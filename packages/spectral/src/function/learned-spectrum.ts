import { requireLength } from '../checks.js';
import type { Complex } from '../fft.js';
import { magnitudes } from './fourier-coefficients.js';

/**
 * `D_k = |F_k(h) - F_k(f)| / |F_k(f)|` (arXiv 1901.06523): how far a network h is from its target f at a frequency, 1 where it has
 * learned nothing of it and 0 where all.
 * @param indices of the coefficients to compare
 * @throws RangeError where the target has nothing at a frequency
 */
export function relativeErrors(network: Complex, target: Complex, indices: readonly number[]): number[] {
  requireLength('the network’s spectrum', network.real, target.real.length);
  const sizes = magnitudes(target);
  const largest = Math.max(...sizes);
  return indices.map((k) => {
    const size = sizes[k] ?? 0;
    // Rounding leaves something where there is nothing.
    if (!(size > 1e-9 * largest)) throw new RangeError(`the target has nothing at coefficient ${k}`);
    return (
      Math.hypot(network.real[k]! - target.real[k]!, network.imaginary[k]! - target.imaginary[k]!) / size
    );
  });
}

/**
 * `2 |F_k(h)| / A_k` (arXiv 1806.08734, figure 1): the share of a target's sine at coefficient k, of amplitude A_k, that a
 * network has learned; 1 where all. Above 1 where it overshoots.
 */
export function learnedAmplitudes(
  network: Complex,
  indices: readonly number[],
  amplitudes: readonly number[],
): number[] {
  requireLength('amplitudes', amplitudes, indices.length);
  const size = magnitudes(network);
  return indices.map((k, i) => (2 * size[k]!) / amplitudes[i]!);
}

/** One value of a curve over steps. */
export interface StepValue {
  readonly step: number;
  readonly value: number;
}

/** The first step at which a curve is below `threshold`; `null` where it never is. */
export function firstBelow(curve: readonly StepValue[], threshold: number): number | null {
  return curve.find(({ value }) => value < threshold)?.step ?? null;
}

/** The first step at which a curve is at or above `threshold`; `null` where it never is. */
export function firstReaching(curve: readonly StepValue[], threshold: number): number | null {
  return curve.find(({ value }) => value >= threshold)?.step ?? null;
}
