import { describe, expect, it } from 'vitest';
import { DataError } from './data-error.js';
import { type FromArraysOptions, fromArrays } from './from-arrays.js';

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
