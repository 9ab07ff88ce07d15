import { expect, it } from 'vitest';
import { spread } from './spread.js';

it('has the standard deviation of a sample, as numpy.std(ddof=1)', () => {
  const { mean, sd } = spread([0.9694, 0.9778, 0.9722])!;
  expect(mean).toBeCloseTo(0.9731333333333333, 14);
  expect(sd).toBeCloseTo(0.00427707064862544, 14);
});

it('has none for one value, and is nothing for no values', () => {
  expect(spread([0.5])).toEqual({ mean: 0.5, sd: null });
  expect(spread([])).toBeNull();
});
