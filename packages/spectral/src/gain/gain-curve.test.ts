import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.js';
import { type GainTensor, gainCurve, theoreticalGain } from './gain-curve.js';

/** Moments over ten decades, and the update that the rule makes of them. */
function moments(p: number, eps = 0, factor = 1, seed = 0): GainTensor {
  const random = seededRandom(seed);
  const secondMoment = Float64Array.from({ length: 5000 }, () => 10 ** (-10 + 10 * random.uniform()));
  const firstMoment = secondMoment.map((v) => Math.sqrt(v) * random.normal());
  const update = firstMoment.map((m, i) => factor * m * theoreticalGain(secondMoment[i]!, p, eps));
  return { update, firstMoment, secondMoment, eps };
}

describe('gainCurve', () => {
  it.each([-1, -0.4, 0, 0.25, 0.5, 1])('has the slope -p at p = %d, also where eps is large', (p) => {
    expect(gainCurve([moments(p)]).fit!.slope).toBeCloseTo(-p, 10);
    expect(gainCurve([moments(p, 1e-4)]).fit!.slope).toBeCloseTo(-p, 6);
  });

  it('takes the slope within tensors: a factor of each does not matter', () => {
    const fit = gainCurve([moments(0.5), moments(0.5, 0, 100, 1)]).fit!;
    expect(fit.slope).toBeCloseTo(-0.5, 10);
    expect(fit.slopeError).toBeLessThan(1e-6);
    expect(fit.count).toBe(10_000);
  });

  it('has shares of energy that add up to one, and even ones where each coordinate moves alike', () => {
    const { bins, energyByDecile } = gainCurve([moments(0.5)]);
    const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
    expect(bins).toHaveLength(20);
    expect(sum(bins.map(({ updateEnergy }) => updateEnergy))).toBeCloseTo(1, 10);
    expect(sum(bins.map(({ momentEnergy }) => momentEnergy))).toBeCloseTo(1, 10);
    expect(sum(bins.map(({ count }) => count))).toBe(5000);
    expect(energyByDecile).toHaveLength(10);
    for (const share of energyByDecile) expect(share).toBeCloseTo(0.1, 1);
    expect(bins.at(-1)!.momentEnergy).toBeGreaterThan(0.5);
  });

  it('counts what has no place in it', () => {
    const curve = gainCurve([
      {
        update: [0, 2, 0, 1e-9, 3, 3],
        firstMoment: [0, 1, 0, 1, 1, 1],
        secondMoment: [0, 0, 1, 1, 1, 4],
        resolution: Array(6).fill(1e-6),
      },
    ]);
    expect(curve).toMatchObject({ count: 6, zeros: 2, still: 2, unresolved: 1, fit: { slope: 0, count: 2 } });
    expect(curve.bins.map(({ count, measured, gain }) => [count, measured, gain])).toEqual([
      [3, 1, 3],
      [1, 1, 3],
    ]);
    expect(curve.bins[0]).toMatchObject({ low: 1, secondMoment: 1 });
  });

  it('has no slope where the second moments are all equal', () => {
    const ones = new Float32Array(9).fill(1);
    expect(gainCurve([{ update: ones, firstMoment: ones, secondMoment: ones }]).fit).toBeNull();
  });

  it.each<[string, GainTensor[], RegExp]>([
    ['nothing', [], /no coordinate/],
    [
      'other lengths',
      [{ update: [1], firstMoment: [1, 2], secondMoment: [1] }],
      /firstMoment has 2 elements, not 1/,
    ],
    ['a negative second moment', [{ update: [1], firstMoment: [1], secondMoment: [-1] }], /second moment -1/],
    ['NaN', [{ update: [Number.NaN], firstMoment: [1], secondMoment: [1] }], /index 0: update NaN/],
  ])('refuses %s', (_, tensors, message) => expect(() => gainCurve(tensors)).toThrow(message));
});

it('theoreticalGain is finite at v = 0 for p < 0, and 1 / (1 + eps) at p = 0', () => {
  expect(theoreticalGain(0, -0.5, 1e-8)).toBe(0);
  expect(theoreticalGain(0, 0, 1)).toBe(0.5);
  expect(theoreticalGain(4, 0.5)).toBe(0.5);
});
