import { describe, expect, it } from 'vitest';
import { DataError } from '../data-error.js';
import { type GratingsOptions, gratings, type SinesData, type SinesOptions, sines } from './sines.js';

/**
 * Amplitude and phase of `a sin(2π k · x + φ)` in values on a grid of the unit square (or interval), by a direct Fourier
 * sum: `c = 2/N Σ y exp(-2πi k · x)` is `a (sin φ - i cos φ)`.
 */
function found({ data }: SinesData, frequency: readonly number[]): { amplitude: number; phase: number } {
  const { inputs, targets } = data.train;
  const d = frequency.length;
  let [re, im] = [0, 0];
  targets.forEach((y, i) => {
    const angle = 2 * Math.PI * frequency.reduce((sum, k, j) => sum + k * inputs[d * i + j]!, 0);
    re += (2 * y * Math.cos(angle)) / targets.length;
    im -= (2 * y * Math.sin(angle)) / targets.length;
  });
  const phase = Math.atan2(re, -im);
  return { amplitude: Math.hypot(re, im), phase: phase < 0 ? phase + 2 * Math.PI : phase };
}

function expectComponents(made: SinesData): void {
  for (const { frequency, amplitude, phase } of made.components) {
    const here = found(made, frequency);
    expect(here.amplitude).toBeCloseTo(amplitude, 4);
    expect(Math.cos(here.phase - phase)).toBeCloseTo(1, 6);
  }
}

describe('sines', () => {
  it('have the frequencies of Rahaman et al., found by a Fourier sum, and no others', () => {
    const made = sines({ frequencies: [5, 10, 15, 20, 25, 30, 35, 40, 45, 50] });
    expect(made.data).toMatchObject({ kind: 'regression', name: 'sines', shape: [1], targetShape: [1] });
    expect(made.data.train.inputs).toHaveLength(200);
    expectComponents(made);
    for (let k = 1; k < 100; k++)
      if (k % 5 !== 0 || k > 50) expect(found(made, [k]).amplitude).toBeLessThan(1e-4);
  });

  it('have chosen amplitudes, phases and interval: sin x + sin 4x on [-10, 10]', () => {
    const frequencies = [1, 4].map((angular) => angular / (2 * Math.PI));
    const { truth, data } = sines({ frequencies, amplitudes: [1, 0.5], phases: 0, domain: [-10, 10] });
    expect(truth([1.3])).toBeCloseTo(Math.sin(1.3) + Math.sin(5.2) / 2, 14);
    expect(data.train.inputs[0]).toBe(-10);
    expect(data.test.inputs[0]).toBeCloseTo(-9.95, 6);
    expect(data.train.inputs.at(-1)).toBeCloseTo(9.9, 6);
  });

  it('have the truth as targets, but for noise in training', () => {
    const { data, truth } = sines({ noise: 0.5, count: 4000, testCount: 100 });
    const errors = (['train', 'test'] as const).map((part) => {
      const { inputs, targets } = data[part];
      const squares = targets.map((y, i) => (y - truth([inputs[i]!])) ** 2);
      return Math.sqrt(squares.reduce((a, b) => a + b) / targets.length);
    });
    expect(errors[0]).toBeCloseTo(0.5, 1.5);
    expect(errors[1]).toBeLessThan(1e-6);
  });

  it('depend on the seed alone', () => {
    expect(sines({ seed: 3, noise: 1 }).data).toEqual(sines({ seed: 3, noise: 1 }).data);
    expect(sines({ seed: 3 }).data.train).not.toEqual(sines({ seed: 4 }).data.train);
    const random = sines({ spacing: 'random', frequencies: [500], count: 50 }).data;
    expect(random).toEqual(sines({ spacing: 'random', frequencies: [500], count: 50 }).data);
    expect(random.train.inputs).not.toEqual(random.test.inputs);
  });

  it.each<[string, SinesOptions]>([
    ['frequencies: there are none.', { frequencies: [] }],
    ['frequencies: 0 is not allowed; a number above 0 is.', { frequencies: [0] }],
    ['domain: [1, 1] is not allowed; two numbers are, the lower one first.', { domain: [1, 1] }],
    [
      'count: 100 points of a grid are too few for a frequency of 50; 101 or more are enough, or random ones.',
      { frequencies: [5, 50], count: 100 },
    ],
    [
      'amplitudes: 2 values (1, 2) are not one number for each of 1 frequencies.',
      { frequencies: [3], amplitudes: [1, 2] },
    ],
    ['noise: -1 is not allowed; a number of 0 or more is.', { noise: -1 }],
    ['seed: 0.5 is not a whole number.', { seed: 0.5 }],
    ['count: 0 is not allowed; a whole number from 1 to 1000000 is.', { count: 0 }],
  ])('refuse: %s', (message, options) => {
    expect(() => sines(options)).toThrow(new DataError(message));
  });
});

describe('gratings', () => {
  it('have whole frequencies of about the lengths asked for, found by a Fourier sum', () => {
    const made = gratings({ frequencies: [1, 3, 8], amplitudes: [1, 0.5, 0.25] });
    expect(made.data).toMatchObject({ shape: [2], targetShape: [1] });
    made.components.forEach(({ frequency }, i) => {
      expect(frequency.every(Number.isInteger)).toBe(true);
      expect(Math.abs(Math.hypot(...frequency) - [1, 3, 8][i]!)).toBeLessThan(Math.SQRT1_2);
    });
    expectComponents(made);
  });

  it('have chosen vectors, and the truth as targets', () => {
    const made = gratings({ frequencies: [[2, -3]], phases: 0.5, count: 64, testCount: 16 });
    expectComponents(made);
    expect(made.truth([0.2, 0.7])).toBeCloseTo(Math.sin(2 * Math.PI * (0.4 - 2.1) + 0.5), 12);
    const { inputs, targets } = made.data.test;
    targets.forEach((y, i) => {
      expect(y).toBeCloseTo(made.truth(inputs.subarray(2 * i, 2 * i + 2)), 6);
    });
    expect([...inputs.subarray(0, 4)]).toEqual([0.125, 0.125, 0.375, 0.125]);
  });

  it.each<[string, GratingsOptions]>([
    ['frequencies: [NaN, 1] is not a vector of two numbers.', { frequencies: [[Number.NaN, 1]] }],
    ['count: 1000 points make no square grid; 1024 do, or random ones.', { count: 1000 }],
    ['testCount: 10 points make no square grid; 9 do, or random ones.', { testCount: 10 }],
    [
      'count: 64 points of a grid are too few for a frequency of 9; 361 or more are enough, or random ones.',
      { count: 64, frequencies: [[9, 0]] },
    ],
  ])('refuse: %s', (message, options) => {
    expect(() => gratings(options)).toThrow(new DataError(message));
  });
});
