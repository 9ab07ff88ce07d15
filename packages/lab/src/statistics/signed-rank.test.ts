import { describe, expect, it } from 'vitest';
import { signedRankTest } from './signed-rank.js';

describe('without ties and zeros', () => {
  it('agrees with scipy.stats.wilcoxon(d, mode="exact")', () => {
    const darwin = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];
    expect(signedRankTest(darwin)).toBeCloseTo(0.041259765625, 12);
    expect(signedRankTest([0.012, -0.004, 0.021, 0.008, 0.0155])).toBeCloseTo(0.125, 12);
  });

  it('is the least that n signs can give where all agree', () => {
    for (const n of [2, 5, 10])
      expect(signedRankTest(Array.from({ length: n }, (_, i) => i + 1))).toBeCloseTo(2 / 2 ** n, 14);
  });

  it('is 1 for perfectly balanced ranks', () => {
    expect(signedRankTest([1, 4, -2, -3])).toBe(1);
  });
});

describe('with ties and zeros', () => {
  // r = rankdata(abs(x)) without zeros; permutation_test((x,), lambda v, axis: sum(where(v > 0, r, 0), axis),
  // permutation_type='samples', n_resamples=inf, vectorized=True) of SciPy 1.10.
  it('agrees with an enumeration of all signs by scipy.stats.permutation_test', () => {
    expect(signedRankTest([1, 2, 2, -1, 3, 0, 0, 2, -3, 4])).toBeCloseTo(0.203125, 12);
    expect(signedRankTest([1, 1, 1, 1, 1])).toBeCloseTo(0.0625, 12);
  });

  it('counts zeros as if they were not there', () => {
    expect(signedRankTest([0, 3, 0, -1, 2])).toBe(signedRankTest([3, -1, 2]));
    expect(signedRankTest([0, 0, 3])).toBe(1);
    expect(signedRankTest([0, 0])).toBe(1);
  });
});

it('agrees with scipy.stats.wilcoxon(d, mode="approx", correction=True) above fifty', () => {
  const many = Array.from({ length: 60 }, (_, i) => Number((3 * Math.sin(i + 1) + 0.4).toFixed(6)));
  expect(signedRankTest(many)).toBeCloseTo(0.06305481782346711, 7);
});

it('is nothing for one difference', () => {
  expect(signedRankTest([1])).toBeNull();
});
