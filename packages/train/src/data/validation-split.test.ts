import { expect, test } from 'vitest';
import { DataError } from './data-error.js';
import { fromArrays } from './from-arrays.js';
import { loadDataSet } from './load-data-set.js';
import { fromText } from './text.js';
import { validationSplit } from './validation-split.js';

test('holds out an equal share of each class of the training set, and no test example', async () => {
  const digits = await loadDataSet('digits');
  const { train, test: held } = validationSplit(digits, 0.2);
  expect(train.labels.length + held.labels.length).toBe(digits.train.labels.length);
  const count = (labels: ArrayLike<number>, of: number) =>
    Array.from(labels).filter((label) => label === of).length;
  for (let label = 0; label < 10; label++)
    expect(count(held.labels, label)).toBe(Math.round(0.2 * count(digits.train.labels, label)));
  const images = (inputs: ArrayLike<number>) =>
    Array.from({ length: inputs.length / 64 }, (_, i) =>
      Array.from({ length: 64 }, (_, j) => inputs[64 * i + j]).join(),
    );
  expect([...images(train.inputs), ...images(held.inputs)].sort()).toEqual(
    images(digits.train.inputs).sort(),
  );
  expect(validationSplit(digits, 0.2)).toEqual(validationSplit(digits, 0.2));
});

test('holds out a share of the examples of regression', () => {
  const inputs = Array.from({ length: 20 }, (_, i) => i);
  const split = { inputs, targets: inputs.map((i) => [i, -i]) };
  const data = fromArrays({ shape: [1], targetShape: [2], train: split, test: split });
  const { train, test: held, targetShape } = validationSplit(data, 0.25);
  expect([targetShape, train.inputs.length, held.inputs.length]).toEqual([[2], 15, 5]);
  expect([...train.inputs, ...held.inputs].toSorted((a, b) => a - b)).toEqual(inputs);
  for (const part of [train, held])
    expect([...part.targets]).toEqual(Array.from(part.inputs).flatMap((i) => [i, -i]));
});

test('holds out the last part of a text', () => {
  const text = fromText('abcdefghij'.repeat(100), { context: 7 });
  const { train, test: held } = validationSplit(text, 0.25);
  const kept = Math.round(128 * 0.75);
  expect(text.train.labels).toHaveLength(899);
  expect(train.inputs).toEqual(text.train.inputs.slice(0, 7 * kept));
  expect(held.inputs).toEqual(text.train.inputs.slice(7 * kept, 7 * 128));
  expect(held.labels).toEqual(text.train.labels.slice(7 * kept, 7 * 128));
});

test('is refused where a part would be empty', () => {
  const data = fromArrays({
    shape: [1],
    train: { inputs: [1, 2], labels: [0, 1] },
    test: { inputs: [1], labels: [0] },
  });
  for (const share of [0, 1, 0.2, Number.NaN]) expect(() => validationSplit(data, share)).toThrow(DataError);
});
