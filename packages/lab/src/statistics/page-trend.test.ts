import { expect, test } from 'vitest';
import { pageTrend } from './page-trend.js';

// The example of scipy.stats.page_trend_test, whose exact p is 0.0018.
const ratings = [
  [3, 4, 3],
  [2, 2, 4],
  [3, 3, 5],
  [1, 3, 2],
  [2, 3, 2],
  [2, 4, 5],
  [1, 2, 4],
  [3, 4, 4],
  [2, 4, 5],
  [1, 3, 4],
];

test('has the L of SciPy, and about its p', () => {
  const { l, p } = pageTrend(ratings)!;
  expect(l).toBe(133.5);
  expect(p).toBeCloseTo(0.0013, 4);
});

test('is one-sided: a trend downwards is none', () => {
  expect(pageTrend(ratings.map((block) => block.map((value) => -value)))!.p).toBeGreaterThan(0.99);
});

test('is nothing for one block, or for two treatments', () => {
  expect(pageTrend([[1, 2, 3]])).toBeNull();
  expect(
    pageTrend([
      [1, 2],
      [2, 3],
    ]),
  ).toBeNull();
});
