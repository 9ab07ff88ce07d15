import type { Coefficients } from '../update-rule.js';

export const coefficientCount = 22;

/** Of `log2(1 + f) / f` for f in [-1/3, 1/3): a minimax fit of degree 5, its error 1.4e-6 of a power. */
const logarithm = [
  1.442728042602539, -0.7214409112930298, 0.4784080982208252, -0.35665959119796753, 0.33288511633872986,
  -0.29101091623306274,
];

/**
 * The kernel's numbers for a step, in its order: `lr` first. With `unit`, second moments are measured in it: directions
 * come out `unit^p` times as long, and nearer to 1, where powers and squares stay within float32.
 */
export function kernelCoefficients(c: Coefficients, unit = 1): number[] {
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
    c.secondScale / unit,
    high,
    exponent - high,
    c.eps * unit ** -c.p,
    ...logarithm.map((value) => exponent * value),
    c.eps * unit ** -0.5,
  ];
}

const exponents = [0, 1, 0.5, 0.25, 0.125];

/** How the kernel computes a power of |p|: an index into the exponents it has a short way for, or else the next. */
export function exponentOf(p: number): number {
  const index = exponents.indexOf(Math.abs(p));
  return index === -1 ? exponents.length : index;
}

/** What a step does besides, as the kernel's bits. */
export function optionsOf(c: Coefficients): number {
  return (
    (c.p < 0 ? 1 : 0) +
    (c.gradientBound < Infinity || c.gradientScale !== 1 ? 2 : 0) +
    (c.coupledDecay !== 0 ? 4 : 0) +
    (c.shrink !== 1 ? 8 : 0) +
    (c.fromGradient !== 0 ? 16 : 0)
  );
}
