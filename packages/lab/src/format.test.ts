import { expect, it } from 'vitest';
import { byteSize, differenceText, duration, loss, percent, spreadText, targetText } from './format.js';

it.each([
  [0.123, '0.12 s'],
  [9.996, '10.0 s'],
  [59.96, '1 min 00 s'],
  [245, '4 min 05 s'],
  [7620, '2 h 07 min'],
])('shows %d seconds as %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

const difference = {
  pairs: 3,
  mean: 0.0052,
  low: -0.0001,
  high: 0.01,
  bootstrap: null,
  corrected: { low: -0.001, high: 0.0114 },
  tTest: null,
  wilcoxon: null,
  verdict: null,
};

it('shows differences with their sign and corrected interval, and zero without sign', () => {
  expect(differenceText(difference, 'accuracy')).toBe('+0.52 [−0.10, +1.14]');
  expect(differenceText(difference, 'loss')).toBe('+0.0052 [−0.0010, +0.0114]');
  expect(differenceText({ ...difference, mean: -0.00001, corrected: null }, 'accuracy')).toBe('0.00 [–]');
  expect(differenceText(null, 'accuracy')).toBe('–');
});

it('names targets', () => {
  expect(targetText({ metric: 'accuracy', value: 0.957 })).toBe('accuracy 95.7 %');
  expect(targetText({ metric: 'loss', value: 0.1 })).toBe('loss 0.1');
});

it('shows a standard deviation with the decimals of its mean', () => {
  expect(spreadText({ mean: 0.0657, sd: 0.00218 }, loss)).toBe('0.0657 ± 0.0022');
  expect(spreadText({ mean: 0.9741, sd: 0.0032 }, percent)).toBe('97.41 ± 0.32');
  expect(spreadText({ mean: 0.5, sd: null }, percent)).toBe('50.00');
  expect(spreadText(null, percent)).toBe('–');
});

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [48_123, '48.1 kB'],
  [2_300_000, '2.30 MB'],
  [7e15, '7000 TB'],
])('shows %d bytes as %s', (bytes, text) => {
  expect(byteSize(bytes)).toBe(text);
});
