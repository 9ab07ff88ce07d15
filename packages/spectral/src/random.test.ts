import { expect, it } from 'vitest';
import { sampleWithoutReplacement, seededRandom } from './random.js';

it('is the same for the same seed', () => {
  const draw = (seed: number) => {
    const random = seededRandom(seed);
    return [random.uniform(), random.int(10), random.normal(), random.sign()];
  };
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
  expect(() => seededRandom(0.5)).toThrow('seed is 0.5');
});

it('draws normal numbers and signs', () => {
  const random = seededRandom(0);
  const values = Array.from({ length: 20_000 }, () => random.normal());
  const mean = (list: number[]) => list.reduce((a, b) => a + b) / list.length;
  expect(mean(values)).toBeCloseTo(0, 1);
  expect(mean(values.map((value) => value ** 2))).toBeCloseTo(1, 1);
  const signs = Array.from({ length: 10_000 }, () => random.sign());
  expect(new Set(signs)).toEqual(new Set([-1, 1]));
  expect(mean(signs)).toBeCloseTo(0, 1);
});

it('samples each number equally often, none twice, in rising order', () => {
  const random = seededRandom(0);
  const counts = new Array<number>(10).fill(0);
  for (let i = 0; i < 5000; i++) {
    const sample = [...sampleWithoutReplacement(10, 3, random)];
    expect(sample).toEqual([...new Set(sample)].sort((a, b) => a - b));
    expect(sample).toHaveLength(3);
    for (const index of sample) counts[index]!++;
  }
  for (const count of counts) expect(count / 1500).toBeCloseTo(1, 0.8);
  expect([...sampleWithoutReplacement(2, 5, random)]).toEqual([0, 1]);
});
