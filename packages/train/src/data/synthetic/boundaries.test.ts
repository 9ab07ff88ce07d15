import { describe, expect, it } from 'vitest';
import { DataError } from '../data-error.js';
import { type BoundaryData, boundaryGrid, checkerboard, moons, rings, spirals, wave } from './boundaries.js';

const kinds = { wave, checkerboard, rings, spirals, moons };
const all = Object.entries(kinds);

/** How often the class changes along a path. */
function changes({ truth }: BoundaryData, path: (t: number) => readonly number[]): number {
  const labels = Array.from({ length: 10_000 }, (_, i) => truth(path((i + 0.5) / 10_000)));
  return labels.filter((label, i) => i > 0 && label !== labels[i - 1]).length;
}

describe.each(all)('%s', (name, make) => {
  it('has as many examples of one class as of the other, labelled by the truth where there is no noise', () => {
    const { data, truth } = make({ count: 200, testCount: 100 });
    expect(data).toMatchObject({ name, shape: [2], classes: 2 });
    for (const [part, size] of [
      ['train', 200],
      ['test', 100],
    ] as const) {
      const { inputs, labels } = data[part];
      expect([inputs.length, labels.length]).toEqual([2 * size, size]);
      expect(labels.filter((label) => label === 1)).toHaveLength(size / 2);
      for (let i = 0; i < size; i++) expect(truth(inputs.subarray(2 * i, 2 * i + 2))).toBe(labels[i]);
    }
  });

  it('depends on the seed alone', () => {
    const options = { count: 50, noise: 0.1, seed: 5 };
    expect(make(options).data).toEqual(make(options).data);
    expect(make({ ...options, seed: 6 }).data.train).not.toEqual(make(options).data.train);
    expect(make(options).data.train.inputs).not.toEqual(make(options).data.test.inputs);
  });

  it('has noise in its training points alone', () => {
    const [noisy, exact] = [make({ count: 2000, noise: 0.1 }).data, make({ count: 2000 }).data];
    expect(noisy.test).toEqual(exact.test);
    expect(noisy.train.labels).toEqual(exact.train.labels);
    const moved = Array.from(noisy.train.inputs, (value, i) => (value - exact.train.inputs[i]!) ** 2);
    expect(Math.sqrt(moved.reduce((a, b) => a + b) / 4000)).toBeCloseTo(0.1, 2);
  });

  it('is on a grid what it is by the truth', () => {
    const made = make();
    const { inputs, labels } = boundaryGrid(made, 20);
    const [low, high] = made.domain;
    const step = (high - low) / 20;
    expect([...inputs.subarray(0, 4)].map((value) => value - low)).toEqual(
      [0.5, 0.5, 1.5, 0.5].map((cell) => expect.closeTo(cell * step, 5)),
    );
    labels.forEach((label, i) => {
      expect(label).toBe(made.truth(inputs.subarray(2 * i, 2 * i + 2)));
    });
  });
});

describe('the frequency', () => {
  it.each([1, 3, 8])('%d is cycles across the square of a wave', (frequency) => {
    const made = wave({ frequency });
    // Along y = 0 a sine changes its sign twice a cycle; at both ends it is 0.
    expect(changes(made, (t) => [2 * t - 1, 0])).toBe(2 * frequency - 1);
  });

  it.each([1, 3, 8])('%d is cycles across the square of a checkerboard', (frequency) => {
    const made = checkerboard({ frequency });
    for (const path of [(t: number) => [2 * t - 1, 0.01], (t: number) => [0.01, 2 * t - 1]])
      expect(changes(made, path)).toBe(2 * frequency - 1);
  });

  it.each([1, 3, 8])('%d is cycles per radius of rings', (frequency) => {
    expect(changes(rings({ frequency }), (t) => [0.6 * t, 0.8 * t])).toBe(2 * frequency - 1);
  });

  it.each([1, 2, 3])('%d is turns of spirals', (frequency) => {
    // A ray meets both arms once a turn, and between two arms there is a change.
    const along = changes(spirals({ frequency }), (t) => [t, 0]);
    expect(along).toBe(2 * frequency);
  });
});

it.each([
  ['rings', rings, Math.PI / 4],
  ['spirals', spirals, Math.PI / 4],
  ['wave', wave, 1],
] as const)('%s cover the part of the square that has examples', (_, make, share) => {
  const made = make({ count: 200 });
  const { covered } = boundaryGrid(made, 100);
  expect(covered.reduce((a, b) => a + b) / 100 ** 2).toBeCloseTo(share, 2);
  for (let i = 0; i < 200; i++)
    expect(made.covers(made.data.test.inputs.subarray(2 * i, 2 * i + 2).map((v) => v * 0.999999))).toBe(true);
});

describe('moons', () => {
  it('are symmetric, and told apart by the nearer half circle', () => {
    const { truth } = moons();
    expect([truth([-0.5, 0.75]), truth([0.5, -0.75])]).toEqual([0, 1]);
    expect([truth([0.5, 0]), truth([-0.5, 0])]).toEqual([0, 1]);
    // Nearest points of a fine half circle, the other way to say it.
    const arc = Array.from({ length: 20_001 }, (_, i) => (Math.PI * i) / 20_000);
    const nearest = (x: number, y: number) =>
      Math.min(...arc.map((t) => Math.hypot(x - Math.cos(t) + 0.5, y - Math.sin(t) + 0.25)));
    for (const [x, y] of [
      [0.3, 0.1],
      [-1.6, -0.5],
      [0.1, -0.9],
      [0.9, 0.6],
      [-0.2, -0.1],
    ] as const)
      expect(truth([x, y]), `${x}, ${y}`).toBe(Number(nearest(-x, -y) < nearest(x, y)));
  });
});

it.each([
  ['frequency: 0 is not allowed; a number above 0 is.', () => wave({ frequency: 0 })],
  ['frequency: there is hardly a point of class 1.', () => checkerboard({ frequency: 1e-9 })],
  ['noise: NaN is not allowed; a number of 0 or more is.', () => moons({ noise: Number.NaN })],
  ['side: 0 is not a whole number above 0.', () => boundaryGrid(moons(), 0)],
])('refuses: %s', (message, make) => {
  expect(make).toThrow(new DataError(message));
});
