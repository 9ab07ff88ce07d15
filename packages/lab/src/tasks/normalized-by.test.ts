import { loadDataSet } from '@spectrain/train';
import { expect, it } from 'vitest';
import { normalizedBy } from './normalized-by.js';

const data = await loadDataSet('digits');

it('keeps what pixels are divided by', () => {
  expect(normalizedBy({ mean: [0.5], std: [0.25] }, data)).toEqual({
    ...data,
    normalization: { divisor: 16, mean: [0.5], std: [0.25] },
  });
});

it('takes one number, or one for each channel', () => {
  const mean = [0.485, 0.456, 0.406];
  expect(normalizedBy({ mean, std: [1] }, { ...data, shape: [3, 32, 32] }).normalization.mean).toBe(mean);
  expect(() => normalizedBy({ mean, std: [1] }, data)).toThrow(
    'normalization.mean: found 3; allowed: one number, or 1, the channels of digits',
  );
});
