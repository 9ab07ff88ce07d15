import { describe, expect, it } from 'vitest';
import { compare } from './comparison.js';

const five = [0.012, -0.004, 0.021, 0.008, 0.0155];
const clear = [0.031, 0.028, 0.035, 0.03, 0.029];

describe('compare', () => {
  it('corrects intervals by Bonferroni: scipy.stats.t.interval(1 - 0.05 / 4, 4, mean, sem)', () => {
    const [first] = compare([five, clear, [0.1], []], true);
    expect(first).toMatchObject({ pairs: 5, low: expect.closeTo(-0.0011808843574675296, 12) });
    expect(first!.corrected!.low).toBeCloseTo(-0.007652348215063725, 12);
    expect(first!.corrected!.high).toBeCloseTo(0.028652348215063725, 12);
  });

  it('adjusts p-values by Holm, with every planned comparison counted', () => {
    const [first, second] = compare([five, clear, [0.1], []], true);
    expect(second!.tTest!.holm).toBeCloseTo(4 * second!.tTest!.p, 12);
    expect(first!.tTest!.holm).toBeCloseTo(3 * first!.tTest!.p, 12);
    expect(first!.wilcoxon).toEqual({ p: 0.125, holm: expect.closeTo(0.375, 12) });
  });

  it('says better or worse only where the corrected interval excludes zero, by the direction of the metric', () => {
    const worse = clear.map((value) => -value);
    expect(compare([five, clear, worse], true).map((each) => each!.verdict)).toEqual([
      null,
      'better',
      'worse',
    ]);
    expect(compare([five, clear, worse], false).map((each) => each!.verdict)).toEqual([
      null,
      'worse',
      'better',
    ]);
    // Alone it would be: t = 3.05, p = 0.038.
    const close = [0.012, 0.004, 0.021, 0.008, 0.0025];
    expect(compare([close], true)[0]!.verdict).toBe('better');
    expect(compare([close, five], true)[0]!.verdict).toBeNull();
  });

  it('gives no verdict on differences that do not vary', () => {
    // 0.3 - 0.2 and 0.2 - 0.1 differ in the last bit.
    const [equal] = compare([[0.3 - 0.2, 0.2 - 0.1, 0.1]], true);
    expect(equal).toMatchObject({ corrected: { low: 0.1, high: 0.1 }, tTest: null, verdict: null });
  });

  it('has no interval for one pair, and is nothing for none', () => {
    expect(compare([[0.25], []], true)).toEqual([
      {
        pairs: 1,
        mean: 0.25,
        low: null,
        high: null,
        bootstrap: null,
        corrected: null,
        tTest: null,
        wilcoxon: null,
        verdict: null,
      },
      null,
    ]);
  });
});
