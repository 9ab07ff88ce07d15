import { describe, expect, it } from 'vitest';
import { DataError } from '../data-error.js';
import {
  isSyntheticTask,
  parseSyntheticTask,
  type SyntheticTask,
  syntheticData,
  syntheticKinds,
} from './parse-synthetic-task.js';

describe('the name of synthetic data', () => {
  it.each<[string, SyntheticTask]>([
    ['sines', { kind: 'sines' }],
    ['sines:k=5-8:n=200', { kind: 'sines', frequencies: [5, 6, 7, 8], count: 200 }],
    ['sines:k=1,5-20/5', { kind: 'sines', frequencies: [1, 5, 10, 15, 20] }],
    ['sines:k=0.1-0.3/0.1', { kind: 'sines', frequencies: [0.1, 0.2, expect.closeTo(0.3, 12)] }],
    [
      'sines:w=1,4:x=-10,10:a=1,0.5:phase=0',
      {
        kind: 'sines',
        frequencies: [1 / (2 * Math.PI), 4 / (2 * Math.PI)],
        domain: [-10, 10],
        amplitudes: [1, 0.5],
        phases: 0,
      },
    ],
    [
      'gratings:k=2:points=random:noise=0.1',
      { kind: 'gratings', frequencies: [2], spacing: 'random', noise: 0.1 },
    ],
    ['checkerboard:k=4:test=50', { kind: 'checkerboard', frequency: 4, testCount: 50 }],
    ['spirals:k=1.5:seed=7', { kind: 'spirals', frequency: 1.5, seed: 7 }],
    ['bands:k=1-3.5:size=8', { kind: 'bands', band: [1, 3.5], size: 8 }],
  ])('%s has a description', (name, spec) => {
    expect(parseSyntheticTask(name)).toEqual(spec);
  });

  it.each([...syntheticKinds])('%s alone makes data', (kind) => {
    expect(isSyntheticTask(kind)).toBe(true);
    const { data, truth } = syntheticData(kind);
    expect(data.name).toBe(kind);
    expect(structuredClone(data)).toEqual(data);
    const size = data.shape.reduce((a, b) => a * b, 1);
    expect(Number.isFinite(truth(data.test.inputs.subarray(0, size)))).toBe(true);
  });

  it.each([
    [
      'waves',
      'There are no synthetic data "waves"; there are sines, gratings, wave, checkerboard, rings, spirals, moons, bands.',
    ],
    ['moons:k=2', 'moons:k=2: moons has no option "k"; it has n, test, noise, seed.'],
    ['rings:toString=1', 'rings:toString=1: rings has no option "toString"; it has k, n, test, noise, seed.'],
    ['rings:k', 'rings:k: k has no value; write k=VALUE.'],
    ['rings:k=', 'rings:k=: k: "" is not a number.'],
    ['rings:k=2:k=3', 'rings:k=2:k=3: k is given twice.'],
    ['sines:k=2:w=3', 'sines:k=2:w=3: w is given twice, as k.'],
    ['sines:k=2,x', 'sines:k=2,x: k: "x" is not a number.'],
    ['sines:k=8-5', 'sines:k=8-5: k: "8-5" is not a range of 1 to 1000 numbers.'],
    ['sines:k=1-1e9', 'sines:k=1-1e9: k: "1-1e9" is not a number.'],
    ['sines:k=1-10000', 'sines:k=1-10000: k: "1-10000" is not a range of 1 to 1000 numbers.'],
    ['sines:x=3', 'sines:x=3: x: "3" is not two numbers, such as -10,10.'],
    ['sines:points=odd', 'sines:points=odd: points: "odd" is not allowed; even and random are.'],
    ['bands:k=3', 'bands:k=3: k: "3" is not a band, such as 1-3.'],
  ])('is not %s', (name, message) => {
    expect(() => parseSyntheticTask(name)).toThrow(new DataError(message));
  });

  it('is told with what its values are wrong in', () => {
    expect(() => syntheticData('sines:n=0')).toThrow(
      new DataError('sines:n=0: count: 0 is not allowed; a whole number from 1 to 1000000 is.'),
    );
    expect(() => syntheticData('nothing')).toThrow(/^nothing: There are no synthetic data/);
  });
});
