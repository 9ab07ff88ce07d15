import { describe, expect, it } from 'vitest';
import { DataError } from './data-error.js';
import { type FromArraysOptions, fromArrays, type RegressionArraysOptions } from './from-arrays.js';

const labels = [0, 1, 2];
const flat = [1, 2, 3, 4, 5, 6];

describe('fromArrays', () => {
  it.each([
    ['flat numbers', flat],
    [
      'one array an example',
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    ],
    ['one typed array an example', [Float64Array.of(1, 2), Float64Array.of(3, 4), Float64Array.of(5, 6)]],
    [
      'deeper arrays',
      [
        [[1], [2]],
        [[3], [4]],
        [[5], [6]],
      ],
    ],
    ['a typed array', Int16Array.from(flat)],
  ])('takes %s', (_, inputs) => {
    const data = fromArrays({ shape: [2], train: { inputs, labels }, test: { inputs, labels } });
    expect(data).toEqual({
      name: 'custom',
      shape: [2],
      classes: 3,
      train: { inputs: Float32Array.from(flat), labels: Int32Array.from(labels) },
      test: { inputs: Float32Array.from(flat), labels: Int32Array.from(labels) },
    });
  });

  it('keeps bytes and 32-bit floats without a copy', () => {
    const train = { inputs: Uint8Array.from(flat), labels: Uint8Array.from(labels) };
    const test = { inputs: Float32Array.from(flat), labels };
    const data = fromArrays({ shape: [2], train, test });
    expect(data.train.inputs).toBe(train.inputs);
    expect(data.train.labels).toBe(train.labels);
    expect(data.test.inputs).toBe(test.inputs);
  });

  it('hands on name, classes and normalisation', () => {
    const normalization = { divisor: 2, mean: [1], std: [3] };
    const split = { inputs: flat, labels };
    expect(
      fromArrays({ name: 'mine', shape: [2], classes: 5, normalization, train: split, test: split }),
    ).toMatchObject({ name: 'mine', classes: 5, normalization });
  });

  it('holds out a share of each class when there is no test part', () => {
    const inputs = Buffer.from(Array.from({ length: 100 }, (_, i) => i));
    const labels = Array.from(inputs, (i) => (i < 50 ? 0 : 1));
    const data = fromArrays({ shape: [1], train: { inputs, labels }, testShare: 0.1 });
    expect([...data.test.labels]).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
    expect([...data.train.inputs, ...data.test.inputs].toSorted((a, b) => a - b)).toEqual([...inputs]);
    data.train.inputs.forEach((value, i) => {
      expect(data.train.labels[i]).toBe(value < 50 ? 0 : 1);
    });
    expect(fromArrays({ shape: [1], train: { inputs, labels }, testShare: 0.1, seed: 1 }).test).not.toEqual(
      data.test,
    );
  });

  const numbers = { inputs: flat, targets: [[0.5], [1], [1.5]] };

  it('makes a data set for regression where targets have a shape', () => {
    const data = fromArrays({ shape: [2], targetShape: [1], train: numbers, test: numbers });
    const split = { inputs: Float32Array.from(flat), targets: Float32Array.of(0.5, 1, 1.5) };
    expect(data).toEqual({
      kind: 'regression',
      name: 'custom',
      shape: [2],
      targetShape: [1],
      train: split,
      test: split,
    });
  });

  it('holds out a share of the examples of regression', () => {
    const inputs = Array.from({ length: 50 }, (_, i) => i);
    const train = { inputs, targets: inputs.map((i) => [i, -i]) };
    const data = fromArrays({ shape: [1], targetShape: [2], train });
    expect([data.train.targets.length, data.test.targets.length]).toEqual([80, 20]);
    for (const { inputs, targets } of [data.train, data.test])
      expect([...targets]).toEqual([...inputs].flatMap((i) => [i, -i]));
  });

  it.each<[string, Partial<RegressionArraysOptions>]>([
    ['targetShape: [0] is not a list of whole numbers above 0.', { targetShape: [0] }],
    ['train: there are no examples.', { train: { inputs: [], targets: [] } }],
    ['train.inputs: 6 values do not make examples [4] of 4 each.', { shape: [4] }],
    ['train.targets: example 0 has 1 values; shape [2] needs 2.', { targetShape: [2] }],
    [
      'train.targets: 2 values do not make targets [1] for 3 examples.',
      { train: { inputs: flat, targets: [1, 2] } },
    ],
    [
      'train.targets: example 1 holds NaN, which is not finite.',
      { train: { inputs: flat, targets: [1, Number.NaN, 2] } },
    ],
    ['train: 3 examples are too few to hold out a share of 0.1; give test.', { testShare: 0.1 }],
  ])('refuses of regression: %s', (message, options) => {
    const whole = { shape: [2], targetShape: [1], train: numbers, ...options };
    expect(() => fromArrays(whole)).toThrow(new DataError(message));
  });

  const train = { inputs: flat, labels };
  const cases: [string, FromArraysOptions][] = [
    ['shape: [2, 0] is not a list of whole numbers above 0.', { shape: [2, 0], train }],
    ['shape: [] is not a list of whole numbers above 0.', { shape: [], train }],
    ['testShare: 1 is not between 0 and 1.', { shape: [2], train, testShare: 1 }],
    ['train: there are no examples.', { shape: [2], train: { inputs: [], labels: [] } }],
    [
      'train: 6 values do not make 2 examples [2], one for each label.',
      { shape: [2], train: { inputs: flat, labels: [0, 1] } },
    ],
    [
      'test: 3 values do not make 3 examples [2], one for each label.',
      { shape: [2], train, test: { inputs: Uint8Array.of(1, 2, 3), labels } },
    ],
    [
      'train.inputs: example 1 has 3 values; shape [2] needs 2.',
      { shape: [2], train: { inputs: [[1, 2], [3, 4, 5], [6]], labels } },
    ],
    [
      'train.inputs: example 1 holds NaN, which is not finite.',
      { shape: [2], train: { inputs: [1, 2, 3, Number.NaN, 5, 6], labels } },
    ],
    [
      'train.inputs: example 2 holds Infinity, which is not finite.',
      { shape: [2], train: { inputs: [1, 2, 3, 4, 1e39, 6], labels } },
    ],
    ['train.labels: label 2 is 2; with 2 classes labels are 0 to 1.', { shape: [2], classes: 2, train }],
    [
      'test.labels: label 0 is -1; with 3 classes labels are 0 to 2.',
      { shape: [2], train, test: { inputs: flat, labels: [-1, 0, 1] } },
    ],
    [
      'train.labels: label 1 is 0.5; with 3 classes labels are 0 to 2.',
      { shape: [2], train: { inputs: flat, labels: [0, 0.5, 2] } },
    ],
    [
      'train: 3 examples are too few to hold out a share of 0.2 of each class; give test.',
      { shape: [2], train },
    ],
  ];
  it.each(cases)('refuses: %s', (message, options) => {
    expect(() => fromArrays(options)).toThrow(new DataError(message));
  });
});
