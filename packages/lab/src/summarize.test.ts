import { expect, it } from 'vitest';
import type { Run } from './results.js';
import { summarize } from './summarize.js';
import { testRun } from './testing/test-results.js';

const diverged: Run = { ...testRun('adam', 1, 0.1), status: 'diverged', reason: 'the loss became NaN' };

it('takes the last epoch as final and the best as best', () => {
  const [row] = summarize(['adam'], [testRun('adam', 0, 0.5, 0.9, 0.8)]);
  expect(row).toMatchObject({
    finalAccuracy: { mean: 0.8, sd: null },
    bestAccuracy: { mean: 0.9, sd: null },
    seconds: 4,
    imagesPerSecond: 5000,
    differenceToFirst: null,
  });
});

it('pairs differences by seed, whatever the order of the runs', () => {
  const runs = [
    testRun('sgd', 0, 0.5),
    testRun('sgd', 1, 0.75),
    testRun('adam', 1, 1),
    testRun('adam', 0, 0.75),
  ];
  const [, adam] = summarize(['sgd', 'adam'], runs);
  expect(adam?.differenceToFirst).toEqual({ mean: 0.25, low: 0.25, high: 0.25 });
});

it('leaves out what did not complete, and its pair', () => {
  const runs = [testRun('sgd', 0, 0.5), testRun('sgd', 1, 0.9), testRun('adam', 0, 0.75), diverged];
  const [sgd, adam] = summarize(['sgd', 'adam'], runs);
  expect(sgd?.completedRuns).toBe(2);
  expect(adam).toMatchObject({ completedRuns: 1, finalAccuracy: { mean: 0.75, sd: null } });
  expect(adam?.differenceToFirst).toEqual({ mean: 0.25, low: null, high: null });
});

it('has a row of nothing for an optimizer without completed runs', () => {
  const [adam] = summarize(['adam'], [diverged]);
  expect(adam).toEqual({
    optimizer: 'adam',
    completedRuns: 0,
    finalAccuracy: null,
    bestAccuracy: null,
    finalLoss: null,
    seconds: null,
    imagesPerSecond: null,
    differenceToFirst: null,
  });
});
