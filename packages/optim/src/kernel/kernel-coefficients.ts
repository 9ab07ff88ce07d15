import type { Coefficients } from '../update-rule.js';

/** Smallest normal number of float32: a divisor that small leaves any moment finite that is not itself near the limits. */
const smallestNormal = 2 ** -126;

export const coefficientCount = 15;

/** The kernel's numbers for a step, in its order: `lr` first. */
export function kernelCoefficients(c: Coefficients): number[] {
  const exponent = Math.abs(c.p);
  // 12 binary digits, so that its product with the binary exponent of a float32 is exact.
  const high = Math.round(exponent * 4096) / 4096;
  return [
    c.lr,
    1 - c.shrink,
    c.gradientBound,
    c.gradientScale,
    c.coupledDecay,
    c.firstKeep,
    c.firstAdd,
    c.fromFirst,
    c.fromGradient,
    c.secondKeep,
    c.secondAdd,
    c.secondScale,
    high,
    exponent - high,
    Math.max(c.eps, smallestNormal),
  ];
}

const exponents = [0, 1, 0.5, 0.25, 0.125];

/** How the kernel computes a power of |p|: an index into the exponents it has a short way for, or else the next. */
export function exponentOf(p: number): number {
  const index = exponents.indexOf(Math.abs(p));
  return index === -1 ? exponents.length : index;
}
