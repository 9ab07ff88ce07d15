import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.js';
import {
  gridCoefficients,
  magnitudes,
  nonUniformCoefficients,
  peakFrequencies,
} from './fourier-coefficients.js';
import { gaussianFilter, splitByFilter, splitErrors } from './gaussian-split.js';
import { firstBelow, firstReaching, learnedAmplitudes, relativeErrors } from './learned-spectrum.js';

const sines = (length: number, parts: [k: number, amplitude: number][]) =>
  Float64Array.from({ length }, (_, n) =>
    parts.reduce((sum, [k, amplitude]) => sum + amplitude * Math.sin((2 * Math.PI * k * n) / length), 0),
  );

describe('coefficients', () => {
  it.each([64, 200, 63])(
    'on a grid of %d: half the amplitude at the frequency, nothing elsewhere',
    (length) => {
      const f = gridCoefficients(
        sines(length, [
          [3, 2],
          [7, 0.5],
        ]),
      );
      const size = magnitudes(f);
      expect(size).toHaveLength(Math.floor(length / 2) + 1);
      size.forEach((value, k) => {
        expect(value).toBeCloseTo(k === 3 ? 1 : k === 7 ? 0.25 : 0, 12);
      });
      expect(f.imaginary[3]).toBeCloseTo(-1, 12);
      expect(peakFrequencies(f, 2)).toEqual([3, 7]);
      expect(peakFrequencies(f, 1)).toEqual([3]);
    },
  );

  it('by FFT and by sums agree', () => {
    const random = seededRandom(0);
    const values = Float64Array.from({ length: 128 }, () => random.normal());
    const fast = gridCoefficients(values);
    const n = values.map((_, i) => i);
    const slow = nonUniformCoefficients(
      n,
      values,
      Array.from(fast.real, (_, k) => k / 128),
    );
    fast.real.forEach((value, k) => {
      expect(value).toBeCloseTo(slow.real[k]!, 12);
      expect(fast.imaginary[k]).toBeCloseTo(slow.imaginary[k]!, 12);
    });
  });

  it('of samples at any places tend to those of the function', () => {
    const random = seededRandom(1);
    const x = Float64Array.from({ length: 20_000 }, () => random.uniform());
    const y = x.map((value) => Math.cos(2 * Math.PI * 4 * value));
    const { real, imaginary } = nonUniformCoefficients(x, y, [4, 6]);
    expect(real[0]).toBeCloseTo(0.5, 1.5);
    expect(Math.hypot(real[1]!, imaginary[1]!)).toBeLessThan(0.02);
  });

  it('of a grid in the plane are those of a two-dimensional DFT', () => {
    const side = 8;
    const x = Float64Array.from({ length: 2 * side * side }, (_, i) =>
      i % 2 === 0 ? ((i >> 1) % side) / side : Math.floor(i / 2 / side) / side,
    );
    const y = Float64Array.from({ length: side * side }, (_, n) =>
      Math.sin(2 * Math.PI * (3 * x[2 * n]! - 2 * x[2 * n + 1]!) + 0.4),
    );
    const { real, imaginary } = nonUniformCoefficients(x, y, [
      [3, -2],
      [3, 2],
      [0, 0],
    ]);
    // exp(i 0.4) / 2i
    expect(real[0]).toBeCloseTo(Math.sin(0.4) / 2, 12);
    expect(imaginary[0]).toBeCloseTo(-Math.cos(0.4) / 2, 12);
    for (const k of [1, 2]) expect(Math.hypot(real[k]!, imaginary[k]!)).toBeCloseTo(0, 12);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['one value', () => gridCoefficients([1]), /a grid of 1 values/],
    ['NaN', () => gridCoefficients([1, Number.NaN]), /NaN at index 1/],
    ['other lengths', () => nonUniformCoefficients([1], [1, 2], [0]), /x has 1 elements, not 2/],
    ['another dimension', () => nonUniformCoefficients([1, 2], [1, 2], [[1, 0]]), /x has 2 elements, not 4/],
    ['no sample', () => nonUniformCoefficients([], [], [0]), /no sample/],
  ])('refuse %s', (_, run, message) => expect(run).toThrow(message));
});

describe('what a network has learned', () => {
  const target = gridCoefficients(
    sines(64, [
      [3, 2],
      [7, 1],
    ]),
  );
  const network = gridCoefficients(
    sines(64, [
      [3, 1],
      [7, 1.5],
    ]),
  );

  it('as relative errors', () => {
    const errors = relativeErrors(network, target, [3, 7]);
    expect(errors[0]).toBeCloseTo(0.5, 12);
    expect(errors[1]).toBeCloseTo(0.5, 12);
    expect(relativeErrors(target, target, [3, 7])).toEqual([0, 0]);
    expect(() => relativeErrors(network, gridCoefficients(new Float64Array(64)), [5])).toThrow(
      'the target has nothing at coefficient 5',
    );
    expect(() => relativeErrors(network, target, [5])).toThrow('nothing at coefficient 5');
    expect(() => relativeErrors(network, target, [99])).toThrow('nothing at coefficient 99');
  });

  it('as shares of amplitudes', () => {
    const shares = learnedAmplitudes(network, [3, 7], [2, 1]);
    expect(shares[0]).toBeCloseTo(0.5, 12);
    expect(shares[1]).toBeCloseTo(1.5, 12);
  });

  it('and when', () => {
    const curve = [5, 3, 4, 1].map((value, i) => ({ step: 10 * i, value }));
    expect([firstBelow(curve, 4), firstBelow(curve, 1)]).toEqual([10, null]);
    expect([firstReaching(curve, 5), firstReaching(curve, 6)]).toEqual([0, null]);
  });
});

describe('the Gaussian split', () => {
  const x = Float64Array.from({ length: 100 }, (_, i) => i / 100);
  const filter = gaussianFilter(x, 100, 0.05 ** 2);

  it('has rows that add up to one, and parts that add up to the whole', () => {
    for (let i = 0; i < 100; i++)
      expect(filter.weights.slice(100 * i, 100 * i + 100).reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    const y = Float64Array.from({ length: 200 }, (_, i) => Math.sin(i));
    const { low, high } = splitByFilter(filter, y);
    for (let i = 0; i < 200; i++) expect(low[i]! + high[i]!).toBeCloseTo(y[i]!, 12);
  });

  it('leaves what is slow in the low part and what is fast in the high part', () => {
    const slow = x.map((value) => Math.sin(2 * Math.PI * value));
    const fast = x.map((value) => Math.sin(2 * Math.PI * 25 * value));
    const both = slow.map((value, i) => value + fast[i]!);
    const learnedSlow = splitErrors(filter, slow, both);
    expect(learnedSlow.low).toBeLessThan(0.1);
    expect(learnedSlow.high).toBeGreaterThan(0.9);
    const learnedFast = splitErrors(filter, fast, both);
    expect(learnedFast.low).toBeGreaterThan(0.9);
    expect(learnedFast.high).toBeLessThan(0.2);
    expect(splitErrors(filter, both, both)).toEqual({ low: 0, high: 0 });
  });

  it('has no high part of a target that is constant', () => {
    const { low, high } = splitErrors(gaussianFilter([0, 1], 2, 1), [0, 0], [0, 0]);
    expect([low, high]).toEqual([null, null]);
  });

  it('refuses what does not fit', () => {
    expect(() => gaussianFilter([1, 2, 3], 2, 1)).toThrow('3 values are not those of 2 examples');
    expect(() => gaussianFilter([1, 2], 2, 0)).toThrow('delta is 0, not a number > 0');
    expect(() => splitByFilter(filter, [1, 2])).toThrow('2 outputs are not those of 100 examples');
  });
});
