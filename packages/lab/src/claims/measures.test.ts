import { expect, test } from 'vitest';
import {
  alignmentEpoch,
  coverage,
  equalLossAdvantage,
  functionTilt,
  parameterTilt,
  participationRatio,
  timeTilt,
} from './measures.js';

test('the parameters’ tilt is the mean slope, without looks that have none', () => {
  const fit = (slope: number) => ({ fit: { slope, slopeError: 0, count: 9 } });
  expect(parameterTilt([fit(-0.4), fit(-0.6), { fit: null }])).toBeCloseTo(-0.5, 12);
  expect(parameterTilt([])).toBeNull();
});

test('the tilt in time takes out the first moment', () => {
  const frequencies = [0, 0.03, 0.06, 0.1, 0.25, 0.4, 0.5];
  const points = (gainOf: (f: number) => number) =>
    frequencies.map((frequency) => {
      const theory = 1 / (1 + frequency);
      return {
        frequency,
        theory,
        gain: gainOf(frequency) * theory,
        phase: 0,
        coherence: 1,
        input: 1,
        output: 1,
      };
    });
  expect(timeTilt([{ points: points(() => 7) }])).toBeCloseTo(0, 12);
  expect(timeTilt([{ points: points((f) => (f >= 0.25 ? 4 : 1)) }])).toBeCloseTo(2, 12);
  expect(timeTilt([])).toBeNull();
});

const spectrum = (step: number, errors: readonly number[]) => ({
  kind: 'spectrum' as const,
  step,
  epoch: 1,
  frequencies: errors.map((_, k) => k + 1),
  errors,
  amplitudes: errors,
});

test('the functions’ tilt is taken where half is learned', () => {
  const low = [spectrum(10, [0.9, 0.9, 1, 1]), spectrum(20, [0, 0, 1, 1]), spectrum(30, [0, 0, 0, 0])];
  expect(functionTilt(low)).toEqual({ tilt: -1, step: 20 });
  expect(functionTilt([spectrum(10, [1, 1, 0.8, 0.8])])).toEqual({
    tilt: expect.closeTo(0.2, 12),
    step: null,
  });
  expect(functionTilt([])).toBeNull();
});

test('of classes it is that of the middle width', () => {
  const part = (low: number, high: number) => ({ delta: 1, low, high });
  const line = { kind: 'split' as const, step: 5, epoch: 1, parts: [part(9, 9), part(0.1, 0.8), part(9, 9)] };
  expect(functionTilt([line])).toEqual({ tilt: expect.closeTo(-0.7, 12), step: 5 });
});

test('coverage is 1 where all is learned alike, and 1/n for one frequency', () => {
  expect(coverage([spectrum(1, [0.5, 0.5, 0.5, 0.5])])).toEqual({ ratio: 1, learned: 0.5 });
  expect(coverage([spectrum(1, [0, 1, 1, 1.3])])).toEqual({ ratio: 0.25, learned: 0.25 });
  expect(participationRatio([0, 0])).toBe(0);
});

test('alignment is in epochs, and finer than they are', () => {
  const line = (step: number, classes: readonly number[]) => ({ epoch: 1, step, classes });
  const final = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1];
  const zeros = final.map(() => 0);
  const lines = [line(4, zeros), line(8, [1, ...final.slice(1)]), line(12, zeros), line(16, final)];
  expect(alignmentEpoch(lines, 16)).toBe(0.5);
  expect(alignmentEpoch([], 16)).toBeNull();
});

test('accuracy at equal loss compares losses and accuracies of the same looks', () => {
  const looks = (...pairs: readonly (readonly [number, number])[]) =>
    pairs.map(([trainLoss, accuracy]) => ({ trainLoss, accuracy }));
  const baseline = looks([1, 0.5], [0.5, 0.7]);
  expect(equalLossAdvantage(looks([1, 0.6], [0.5, 0.8]), baseline)).toBeCloseTo(0.1, 12);
  expect(equalLossAdvantage(looks([0.1, 0.9]), baseline)).toBeNull();
  expect(equalLossAdvantage([{}], baseline)).toBeNull();
});
