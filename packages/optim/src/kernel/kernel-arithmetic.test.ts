import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Backend } from '../arithmetic.js';
import { plainBackend } from '../plain-arithmetic.js';
import type { Coefficients } from '../update-rule.js';
import { chunkLength, kernelBackend } from './kernel-arithmetic.js';

/** With these, and a gradient of 1, `theta` becomes `1 / v^p`. */
const inversePower: Coefficients = {
  lr: -1,
  shrink: 0,
  gradientBound: Infinity,
  gradientScale: 1,
  coupledDecay: 0,
  firstKeep: 0,
  firstAdd: 0,
  fromFirst: 0,
  fromGradient: 1,
  secondKeep: 1,
  secondAdd: 0,
  secondScale: 1,
  p: 0.5,
  eps: 0,
  matched: false,
};

/** `v^p` as the kernel computes it. */
function powers(values: readonly number[], p: number): Float32Array {
  const arithmetic = kernelBackend.open({}, [values.length]);
  const second = arithmetic.zeros(values.length);
  second.set(values);
  const theta = new Float32Array(values.length);
  arithmetic.update(
    theta,
    theta.map(() => 1),
    { second },
    { ...inversePower, p: -p },
  );
  return theta;
}

const exponents = [1, 0.999, 0.9, 0.75, 2 / 3, 0.51, 0.5, 0.49, 0.3, 0.25, 0.125, 0.1, 0.01, 1e-4, 1e-9];
const signed = [...exponents, ...exponents.map((p) => -p)];

describe('powers of the second moment', () => {
  it.each(signed)('p = %d: within 5e-6 from 1e-30 to 1e10', (p) => {
    const count = 40000;
    const values = Array.from({ length: count }, (_, i) => Math.fround(10 ** (-30 + (40 * i) / count)));
    const found = powers(values, p);
    let worst = 0;
    values.forEach((value, i) => {
      worst = Math.max(worst, Math.abs(found[i]! / value ** p - 1));
    });
    expect(worst).toBeLessThan(5e-6);
  });

  it('are 1 for p = 0, whatever the moment', () => {
    expect([...powers([0, 1e-45, 1, 3e38, Infinity], 0)]).toEqual([1, 1, 1, 1, 1]);
  });

  it.each(exponents)('p = %d: grow with the moment, and are finite at 0 and at infinity', (p) => {
    const found = powers([0, 1e-45, 1e-36, 1e-6, 1, 1e6, 1e37, Infinity], p);
    expect([...found].every(Number.isFinite)).toBe(true);
    expect([...found]).toEqual([...found].sort((a, b) => a - b));
    expect([...powers([0, Infinity], -p)].every(Number.isFinite)).toBe(true);
  });

  it.each([0.5, 0.3, 0.25, 1, -0.3, -0.5])('p = %d: of NaN are NaN', (p) => {
    expect(powers([1, NaN, 1, 1], p)).toEqual(Float32Array.of(1, NaN, 1, 1));
  });
});

describe('the kernel', () => {
  const options = fc.record({
    lr: fc.constantFrom(0.01, 0.1),
    shrink: fc.constantFrom(1, 0.9),
    gradientBound: fc.constantFrom(Infinity, 0.5),
    gradientScale: fc.constantFrom(1, 0.25),
    coupledDecay: fc.constantFrom(0, 0.1),
    firstKeep: fc.constantFrom(0.9, 0),
    firstAdd: fc.constantFrom(1, 0.1),
    fromFirst: fc.constantFrom(1, 1.5),
    fromGradient: fc.constantFrom(0, 1),
    secondKeep: fc.constantFrom(1, 0.99),
    secondAdd: fc.constantFrom(1, 0.01),
    secondScale: fc.constantFrom(1, 2),
    p: fc.constantFrom(...signed, 0),
    eps: fc.constantFrom(1e-8, 0.1),
    matched: fc.boolean(),
  });
  const moments = fc.constantFrom(
    [],
    ['first'],
    ['second'],
    ['first', 'second'],
    ['first', 'second', 'maximum'],
  );

  it('takes the steps of the plain loops, whatever the numbers, the moments and the length', () => {
    fc.assert(
      fc.property(options, moments, fc.integer({ min: 0, max: 40 }), (coefficients, names, length) => {
        const run = (backend: Backend<Float32Array>) => {
          const arithmetic = backend.open({}, Array(names.length).fill(length));
          const theta = Float32Array.from({ length }, (_, i) => Math.cos(i));
          const state = Object.fromEntries(names.map((name) => [name, arithmetic.zeros(length)]));
          return [0, 1, 2].map((t) => {
            const gradient = Float32Array.from({ length }, (_, i) => Math.sin(i + t));
            arithmetic.update(theta, gradient, state, coefficients);
            return [theta, ...Object.values(state)].map((tensor) => tensor.slice());
          });
        };
        const expected = run(plainBackend(Float32Array));
        const found = run(kernelBackend);
        ['theta', ...names].forEach((_, k) => {
          const path = expected.flatMap((tensors) => [...tensors[k]!]);
          const largest = Math.max(1e-6, ...path.map(Math.abs));
          const differences = found
            .flatMap((tensors) => [...tensors[k]!])
            .map((value, i) => value - path[i]!);
          expect(Math.max(0, ...differences.map(Math.abs)) / largest).toBeLessThan(2e-5);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('copies long tensors a part at a time', () => {
    for (const length of [chunkLength - 1, chunkLength, chunkLength + 1, 2 * chunkLength + 5]) {
      const arithmetic = kernelBackend.open({}, [length]);
      const theta = new Float32Array(length).fill(1);
      const gradient = Float32Array.from({ length }, (_, i) => i % 7);
      arithmetic.update(
        theta,
        gradient,
        { first: arithmetic.zeros(length) },
        {
          ...inversePower,
          lr: 0.5,
          shrink: 1,
          firstAdd: 1,
          fromFirst: 1,
          fromGradient: 0,
        },
      );
      expect(theta).toEqual(gradient.map((value) => 1 - value / 2));
      expect(arithmetic.sumOfSquares(gradient, 2)).toBe(
        gradient.reduce((sum, value) => sum + Math.min(value, 2) ** 2, 0),
      );
    }
  });

  it.each([NaN, Infinity, -Infinity])('finds %d anywhere', (value) => {
    const length = chunkLength + 6;
    const arithmetic = kernelBackend.open({}, []);
    const gradient = new Float32Array(length).fill(3e38);
    expect(arithmetic.allFinite(gradient)).toBe(true);
    for (const at of [0, 1, 5, chunkLength - 1, chunkLength, length - 1]) {
      expect(arithmetic.allFinite(gradient.with(at, value))).toBe(false);
    }
  });
});
