import { describe, expect, it } from 'vitest';
import { estimate, estimateText, longDuration, stageOf } from './estimate.js';

const measured = { startSeconds: 0, stepSeconds: 0.5, evaluationSeconds: 10, peakBytes: 900 * 2 ** 20 };
const trials = { name: 'tuning', runs: 5, epochs: 2, stepsPerEpoch: 100 };
const final = { name: 'final', runs: 4, epochs: 10, stepsPerEpoch: 120 };

describe('estimate', () => {
  it('counts a stage after the other, and the runs of each side by side', () => {
    expect(estimate([trials, final], 2, measured)).toEqual({
      stages: [
        { ...trials, seconds: 3 * 2 * 60 },
        { ...final, seconds: 2 * 10 * 70 },
      ],
      runs: 9,
      steps: 5800,
      seconds: 1760,
      bytes: 1800 * 2 ** 20,
    });
  });

  it('needs no memory for more runs at a time than there are', () => {
    expect(estimate([final], 16, measured)).toMatchObject({ seconds: 700, bytes: 3600 * 2 ** 20 });
    expect(estimate([], 2, measured)).toMatchObject({ runs: 0, seconds: 0, bytes: 0 });
  });

  it('is told in words', () => {
    expect(estimateText(estimate([trials, final], 2, measured))).toBe(`\
tuning: 5 runs of 2 epochs of 100 steps, about 6 min 00 s
final: 4 runs of 10 epochs of 120 steps, about 23 min 20 s
in all: 9 runs, 5,800 steps, about 29 min 20 s, 1.8 GiB of memory`);
    const lcam = { name: 'final', runs: 4, epochs: 150, stepsPerEpoch: 391 };
    expect(
      estimateText(
        estimate([lcam], 1, { ...measured, startSeconds: 0, stepSeconds: 30, evaluationSeconds: 600 }),
      ),
    ).toBe(`\
final: 4 runs of 150 epochs of 391 steps, about 85.6 days
in all: 4 runs, 234,600 steps, about 85.6 days, 900 MiB of memory`);
  });
});

describe('stageOf', () => {
  it('is nothing without runs', () => {
    expect(stageOf('tuning', [], 5)).toEqual([]);
    expect(stageOf('final', [{ epochs: 3 }, { epochs: 3 }], 5)).toEqual([
      { name: 'final', runs: 2, epochs: 3, stepsPerEpoch: 5 },
    ]);
  });
});

describe('longDuration', () => {
  it.each([
    [5, '5.00 s'],
    [47 * 3600, '47 h 00 min'],
    [49 * 3600, '2.0 days'],
    [86_400 * 123.4, '123 days'],
  ])('%d', (seconds, text) => {
    expect(longDuration(seconds)).toBe(text);
  });
});
