import { describe, expect, it } from 'vitest';
import { pairedDifference, spread } from './statistics.js';

describe('spread', () => {
  it('has the standard deviation of a sample, as numpy.std(ddof=1)', () => {
    const { mean, sd } = spread([0.9694, 0.9778, 0.9722])!;
    expect(mean).toBeCloseTo(0.9731333333333333, 14);
    expect(sd).toBeCloseTo(0.00427707064862544, 14);
  });

  it('has none for one value, and is nothing for no values', () => {
    expect(spread([0.5])).toEqual({ mean: 0.5, sd: null });
    expect(spread([])).toBeNull();
  });
});

describe('pairedDifference', () => {
  it('agrees with scipy.stats.ttest_rel for three pairs', () => {
    const { mean, low, high } = pairedDifference([0.9833 - 0.9694, 0.9805 - 0.9778, 0.9861 - 0.9722])!;
    expect(mean).toBeCloseTo(0.010166666666666657, 12);
    expect(low).toBeCloseTo(-0.005896570191064571, 12);
    expect(high).toBeCloseTo(0.026229903524397885, 12);
  });

  it('agrees with scipy.stats.t.interval for two pairs and for five', () => {
    const two = pairedDifference([1, 3])!;
    expect([two.low, two.high]).toEqual([
      expect.closeTo(-10.706204736174694, 10),
      expect.closeTo(14.706204736174694, 10),
    ]);
    const five = pairedDifference([0.012, -0.004, 0.021, 0.008, 0.0155])!;
    expect([five.low, five.high]).toEqual([
      expect.closeTo(-0.001180884357467507, 12),
      expect.closeTo(0.02218088435746751, 12),
    ]);
  });

  it('has no interval for one pair, and is nothing for none', () => {
    expect(pairedDifference([0.25])).toEqual({ mean: 0.25, low: null, high: null });
    expect(pairedDifference([])).toBeNull();
  });
});
