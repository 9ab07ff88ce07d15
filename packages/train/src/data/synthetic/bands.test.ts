import { describe, expect, it } from 'vitest';
import { DataError } from '../data-error.js';
import { type BandsOptions, bands } from './bands.js';

/** `|Σ image exp(-2πi k · r / size)|²`, directly. */
function power(image: ArrayLike<number>, size: number, kx: number, ky: number): number {
  let [re, im] = [0, 0];
  for (let i = 0; i < size * size; i++) {
    const angle = (2 * Math.PI * (kx * (i % size) + ky * Math.floor(i / size))) / size;
    re += image[i]! * Math.cos(angle);
    im += image[i]! * Math.sin(angle);
  }
  return re * re + im * im;
}

describe('bands', () => {
  it('have a filter with all of its power in the band, evenly, and a norm of 1', () => {
    const size = 12;
    const { filter, components } = bands({ band: [2, 4], size, count: 1 });
    expect(filter.reduce((sum, w) => sum + w * w, 0)).toBeCloseTo(1, 12);
    const each = size ** 2 / (2 * components.length);
    for (let ky = 0; ky <= size / 2; ky++)
      for (let kx = 1 - size / 2; kx <= size / 2; kx++) {
        const length = Math.hypot(kx, ky);
        const isInside = length >= 2 && length <= 4;
        expect(power(filter, size, kx, ky), `${kx}, ${ky}`).toBeCloseTo(isInside ? each : 0, 9);
      }
  });

  it('have labels by the truth, of which about half are 1', () => {
    const { data, truth, filter } = bands({ count: 2000, testCount: 100 });
    expect(data).toMatchObject({ name: 'bands', shape: [1, 16, 16], classes: 2 });
    const { inputs, labels } = data.test;
    labels.forEach((label, i) => {
      const image = inputs.subarray(256 * i, 256 * (i + 1));
      expect(truth(image)).toBe(label);
      expect(filter.reduce((sum, w, j) => sum + w * image[j]!, 0) > 0).toBe(label === 1);
    });
    const ones = Array.from(data.train.labels).reduce((a, b) => a + b);
    // Four standard deviations of a fair coin.
    expect(Math.abs(ones - 1000)).toBeLessThan(4 * Math.sqrt(500));
  });

  it('do not change the class of an image with what is outside of the band', () => {
    const { data, truth } = bands({ band: [1, 3], count: 1, testCount: 50 });
    const { inputs, labels } = data.test;
    labels.forEach((label, i) => {
      const image = inputs.subarray(256 * i, 256 * (i + 1));
      const other = image.map((value, at) => value + 10 * Math.sin((2 * Math.PI * 5 * (at % 16)) / 16));
      expect(truth(other)).toBe(label);
    });
  });

  it('depend on the seed alone, and have noise in training pixels alone', () => {
    const options = { count: 300, noise: 0.5, seed: 2 };
    expect(bands(options).data).toEqual(bands(options).data);
    expect(bands({ ...options, seed: 3 }).filter).not.toEqual(bands(options).filter);
    const [noisy, exact] = [bands(options).data, bands({ ...options, noise: 0 }).data];
    expect(noisy.test).toEqual(exact.test);
    expect(noisy.train.labels).toEqual(exact.train.labels);
    const squares = Array.from(noisy.train.inputs, (value, i) => (value - exact.train.inputs[i]!) ** 2);
    const moved = squares.reduce((a, b) => a + b);
    expect(Math.sqrt(moved / noisy.train.inputs.length)).toBeCloseTo(0.5, 2);
  });

  it.each<[string, BandsOptions]>([
    ['size: 3 is not allowed; a whole number from 4 to 256 is.', { size: 3 }],
    [
      'band: [1, 8] is not allowed; two numbers above 0 and below 8, half the size, are, the lower one first.',
      { band: [1, 8] },
    ],
    ['band: [1.1, 1.2] has no vector of whole numbers of cycles in it.', { band: [1.1, 1.2] }],
  ])('refuse: %s', (message, options) => {
    expect(() => bands(options)).toThrow(new DataError(message));
  });
});
