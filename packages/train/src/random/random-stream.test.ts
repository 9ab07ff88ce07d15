import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream } from './random-stream.js';

const take = (count: number, ...stream: Parameters<typeof randomStream>) => {
  const random = randomStream(...stream);
  return Array.from({ length: count }, () => random.uniform());
};

describe('randomStream', () => {
  it('gives the same numbers everywhere and in every release', () => {
    const random = randomStream(1, 'test', 2);
    expect([random.uniform(), random.int(1000), random.normal(), random.normal()]).toEqual([
      0.1384441169251317, 460, 0.48258504874856817, 0.22247714093425727,
    ]);
  });

  it('depends on seed, purpose and each index', () => {
    const streams = [
      take(4, 0, 'order'),
      take(4, 1, 'order'),
      take(4, -1, 'order'),
      take(4, 2 ** 32, 'order'),
      take(4, 0, 'orders'),
      take(4, 0, 'order', 0),
      take(4, 0, 'order', 1),
      take(4, 0, 'order', 0, 1),
      take(4, 0, 'order', 1, 0),
    ];
    expect(new Set(streams.map(String)).size).toBe(streams.length);
    expect(new Set(streams.map(([first]) => first)).size).toBe(streams.length);
  });

  it('does not depend on what other streams have drawn', () => {
    const a = randomStream(3, 'a');
    const first = a.uniform();
    take(10, 3, 'b');
    expect([first, a.uniform()]).toEqual(take(2, 3, 'a'));
  });

  it('draws uncorrelated numbers from neighbouring seeds and indices', () => {
    const correlation = (x: number[], y: number[]) =>
      (x.reduce((sum, value, i) => sum + (value - 0.5) * (y[i]! - 0.5), 0) * 12) / x.length;
    const reference = take(20_000, 5, 'a', 0);
    for (const other of [take(20_000, 6, 'a', 0), take(20_000, 5, 'a', 1), take(20_000, 5, 'b', 0)])
      expect(Math.abs(correlation(reference, other))).toBeLessThan(5 / Math.sqrt(20_000));
    const firsts = Array.from({ length: 20_000 }, (_, seed) => take(1, seed, 'a')[0]!);
    expect(Math.abs(correlation(firsts.slice(0, -1), firsts.slice(1)))).toBeLessThan(5 / Math.sqrt(20_000));
  });

  it.each([1.5, Number.NaN, 2 ** 53])('refuses %d as seed and as index', (number) => {
    const message = `A random stream needs whole numbers as seed and indices, not ${number}.`;
    expect(() => randomStream(number, 'test')).toThrow(new RangeError(message));
    expect(() => randomStream(0, 'test', number)).toThrow(new RangeError(message));
  });

  it('spreads uniform numbers and whole numbers evenly', () => {
    const random = randomStream(0, 'test');
    const draws = 100_000;
    const bins = { uniform: new Float64Array(10), int: new Float64Array(10) };
    for (let i = 0; i < draws; i++) {
      bins.uniform[Math.floor(random.uniform() * 10)]!++;
      bins.int[random.int(10)]!++;
    }
    // Chi-squared with 9 degrees of freedom exceeds 33.7 once in 10,000.
    for (const counts of [bins.uniform, bins.int])
      expect(counts.reduce((sum, n) => sum + (n - draws / 10) ** 2 / (draws / 10), 0)).toBeLessThan(33.7);
  });

  it('draws normal numbers with the moments and tails of the normal distribution', () => {
    const values = new Float32Array(200_000);
    randomStream(0, 'test').fillNormal(values, 1);
    const moment = (power: number) => values.reduce((sum, x) => sum + x ** power, 0) / values.length;
    const share = (limit: number) => values.filter((x) => Math.abs(x) < limit).length / values.length;
    expect(moment(1)).toBeCloseTo(0, 1.9);
    expect(moment(2)).toBeCloseTo(1, 1.9);
    expect(moment(3)).toBeCloseTo(0, 1);
    expect(moment(4)).toBeCloseTo(3, 1);
    expect(share(1)).toBeCloseTo(0.6827, 2);
    expect(share(2)).toBeCloseTo(0.9545, 2);
    expect(share(3)).toBeCloseTo(0.9973, 3);
  });

  it('scales what it fills', () => {
    const unit = new Float32Array(100);
    const scaled = new Float32Array(100);
    randomStream(0, 'test').fillNormal(unit, 1);
    randomStream(0, 'test').fillNormal(scaled, 0.25);
    expect(scaled).toEqual(unit.map((x) => x * 0.25));
    const uniform = new Float32Array(10_000);
    randomStream(0, 'test').fillUniform(uniform, -3, -1);
    expect(Math.min(...uniform)).toBeCloseTo(-3, 2);
    expect(Math.max(...uniform)).toBeCloseTo(-1, 2);
    expect(uniform.reduce((a, b) => a + b) / uniform.length).toBeCloseTo(-2, 1);
  });

  it('shuffles to a permutation', () => {
    fc.assert(
      fc.property(fc.integer(), fc.uint32Array({ maxLength: 50 }), (seed, values) => {
        const shuffled = values.slice();
        randomStream(seed, 'test').shuffle(shuffled);
        expect(shuffled.toSorted()).toEqual(values.toSorted());
      }),
      { numRuns: 200 },
    );
  });

  it('shuffles to each order equally often', () => {
    const random = randomStream(0, 'test');
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const values = Uint32Array.of(0, 1, 2, 3);
      random.shuffle(values);
      counts.set(values.join(), (counts.get(values.join()) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    // Chi-squared with 23 degrees of freedom exceeds 58.6 once in 16,000.
    expect([...counts.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0)).toBeLessThan(58.6);
  });
});
