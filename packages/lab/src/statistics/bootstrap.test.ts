import { expect, it } from 'vitest';
import { bootstrapInterval } from './bootstrap.js';

const skewed = [0, 0.1, 0.1, 0.2, 0.2, 0.3, 0.4, 0.9, 1.6, 3.1];

it('agrees with scipy.stats.bootstrap(method="BCa", n_resamples=999999) up to chance', () => {
  const even = bootstrapInterval([0.5, 1.25, -0.75, 2, 1.5, -0.25, 0.875, 3, 1.125, 2.25], 0.95)!;
  expect(even.low).toBeCloseTo(0.4625, 1);
  expect(even.high).toBeCloseTo(1.8, 1);
  const { low, high } = bootstrapInterval(skewed, 0.95)!;
  expect(Math.abs(low - 0.28)).toBeLessThan(0.02);
  expect(Math.abs(high - 1.59)).toBeLessThan(0.06);
});

it('is the same each time, and turns with the sign', () => {
  expect(bootstrapInterval(skewed, 0.95)).toEqual(bootstrapInterval(skewed, 0.95));
  const { low, high } = bootstrapInterval(skewed, 0.95)!;
  const turned = bootstrapInterval(
    skewed.map((value) => -value),
    0.95,
  )!;
  expect(turned.low).toBeCloseTo(-high, 2);
  expect(turned.high).toBeCloseTo(-low, 2);
});

it('stays within the values, also of two', () => {
  expect(bootstrapInterval([1, 3], 0.95)).toEqual({ low: 1, high: 3 });
});

it('has no width where all are equal, and is none for one value', () => {
  expect(bootstrapInterval([0.1, 0.1, 0.1], 0.95)).toEqual({ low: 0.1, high: 0.1 });
  expect(bootstrapInterval([3], 0.95)).toBeNull();
});
