import { describe, expect, it } from 'vitest';
import { studentInterval, studentTest } from './student.js';

/** Darwin's maize in eighths of an inch; Fisher, "The Design of Experiments", 1935, gives t = 2.148. */
const darwin = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];

describe('studentInterval', () => {
  it('agrees with scipy.stats.t.interval(confidence, n - 1, mean, sem)', () => {
    const five = [0.012, -0.004, 0.021, 0.008, 0.0155];
    const cases = [
      [[1, 3], 0.95, -10.706204736174694, 14.706204736174694],
      [five, 0.95, -0.0011808843574675296, 0.022180884357467533],
      [five, 0.9875, -0.007652348215063725, 0.028652348215063725],
      [darwin, 0.95, 0.03119331840152384, 41.83547334826514],
    ] as const;
    for (const [values, confidence, low, high] of cases) {
      const interval = studentInterval(values, confidence)!;
      expect(interval.low).toBeCloseTo(low, 9);
      expect(interval.high).toBeCloseTo(high, 9);
    }
  });

  it('has no width where all are equal, and is none for one value', () => {
    expect(studentInterval([0.1, 0.1, 0.1], 0.95)).toEqual({ low: 0.1, high: 0.1 });
    expect(studentInterval([0.1], 0.95)).toBeNull();
  });
});

describe('studentTest', () => {
  it('agrees with scipy.stats.ttest_1samp', () => {
    expect(studentTest(darwin)).toBeCloseTo(0.0497029440218009, 12);
    expect(studentTest(darwin.map((value) => -value))).toBeCloseTo(0.0497029440218009, 12);
    expect(studentTest([0.012, -0.004, 0.021, 0.008, 0.0155])).toBeCloseTo(0.06706992118726438, 12);
  });

  it('says nothing without a spread', () => {
    expect(studentTest([0.1, 0.1, 0.1])).toBeNull();
    expect(studentTest([3])).toBeNull();
  });
});
