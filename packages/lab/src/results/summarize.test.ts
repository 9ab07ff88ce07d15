import { expect, it } from 'vitest';
import { testRun, withoutAccuracy } from '../testing/test-results.js';
import type { Run } from './results.js';
import { summarize } from './summarize.js';

const of = (...labels: readonly string[]) => ({
  optimizers: labels.map((label) => ({ label, spec: { kind: 'adam' } as const })),
});

const diverged: Run = { ...testRun('adam', 1, 0.1), status: 'diverged', reason: 'the loss became NaN' };

it('takes the last epoch as final and the best as best', () => {
  const [row] = summarize(of('adam'), [testRun('adam', 0, 0.5, 0.9, 0.8)]);
  expect(row).toMatchObject({
    finalAccuracy: { mean: 0.8, sd: null },
    bestAccuracy: { mean: 0.9, sd: null },
    seconds: 4,
    examplesPerSecond: 5000,
    differenceToBaseline: null,
  });
});

it('pairs differences by seed, whatever the order of the runs', () => {
  const runs = [
    testRun('sgd', 0, 0.5),
    testRun('sgd', 1, 0.75),
    testRun('adam', 1, 1),
    testRun('adam', 0, 0.75),
  ];
  const [, adam] = summarize(of('sgd', 'adam'), runs);
  expect(adam?.differenceToBaseline).toMatchObject({ pairs: 2, mean: 0.25, low: 0.25, high: 0.25 });
});

it('leaves out what did not complete, and its pair', () => {
  const runs = [testRun('sgd', 0, 0.5), testRun('sgd', 1, 0.9), testRun('adam', 0, 0.75), diverged];
  const [sgd, adam] = summarize(of('sgd', 'adam'), runs);
  expect(sgd?.completedRuns).toBe(2);
  expect(adam).toMatchObject({ completedRuns: 1, finalAccuracy: { mean: 0.75, sd: null } });
  expect(adam?.differenceToBaseline).toMatchObject({ pairs: 1, mean: 0.25, low: null, high: null });
});

it('has a row of nothing for an optimizer without completed runs', () => {
  const [adam] = summarize(of('adam'), [diverged]);
  expect(adam).toEqual({
    optimizer: 'adam',
    completedRuns: 0,
    finalAccuracy: null,
    bestAccuracy: null,
    finalLoss: null,
    seconds: null,
    examplesPerSecond: null,
    metric: 'accuracy',
    differenceToBaseline: null,
    timeToTarget: [],
  });
});

it('compares with the baseline that is named', () => {
  const runs = [testRun('sgd', 0, 0.5), testRun('adam', 0, 0.75)];
  const [sgd, adam] = summarize({ ...of('sgd', 'adam'), baseline: 'adam' }, runs);
  expect(sgd?.differenceToBaseline).toMatchObject({ mean: -0.25 });
  expect(adam?.differenceToBaseline).toBeNull();
});

it('compares by loss, where lower is better, as soon as a run has no accuracy', () => {
  const accuracies = { sgd: [0.5, 0.52, 0.51], adam: [0.7, 0.73, 0.7] };
  const runs = Object.entries(accuracies).flatMap(([optimizer, values]) =>
    values.map((value, seed) => withoutAccuracy(testRun(optimizer, seed, value))),
  );
  const [, adam] = summarize(of('sgd', 'adam'), runs);
  expect(adam).toMatchObject({
    metric: 'loss',
    finalAccuracy: null,
    bestAccuracy: null,
    differenceToBaseline: { mean: expect.closeTo(-0.2, 12), verdict: 'better' },
  });
});

it('tells the time to each target', () => {
  const runs = [testRun('adam', 0, 0.5, 0.9), testRun('adam', 1, 0.9, 0.9), testRun('adam', 2, 0.5, 0.5)];
  const [adam] = summarize({ ...of('adam'), targets: { accuracy: [0.9], loss: [0.2] } }, runs);
  expect(adam?.timeToTarget).toEqual([
    { metric: 'accuracy', value: 0.9, runs: 3, reached: 2, epoch: 2, step: 20, seconds: 4 },
    { metric: 'loss', value: 0.2, runs: 3, reached: 2, epoch: 2, step: 20, seconds: 4 },
  ]);
});
