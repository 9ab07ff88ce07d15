import { describe, expect, it } from 'vitest';
import { testRun } from '../testing/test-results.js';
import type { Run } from './results.js';
import { firstReached, targetsOf, timeToTarget } from './time-to-target.js';

const accuracy = { metric: 'accuracy', value: 0.9 } as const;

describe('firstReached', () => {
  it('is the first epoch at the target, also where later ones fall back', () => {
    const run = testRun('adam', 0, 0.5, 0.9, 0.7, 0.95);
    expect(firstReached(run, accuracy)).toEqual({ epoch: 2, step: 20, seconds: 4 });
    expect(firstReached(run, { metric: 'loss', value: 0.06 })).toEqual({ epoch: 4, step: 40, seconds: 8 });
  });

  it('is nothing where it never got there', () => {
    expect(firstReached(testRun('adam', 0, 0.5, 0.89), accuracy)).toBeUndefined();
  });
});

describe('timeToTarget', () => {
  it('does not flatter an optimizer by the runs that got there', () => {
    const runs = [testRun('adam', 0, 0.9), testRun('adam', 1, 0.5), testRun('adam', 2, 0.5)];
    expect(timeToTarget(runs, accuracy)).toMatchObject({ runs: 3, reached: 1, epoch: null, seconds: null });
  });

  it('has no median where half of an even number did not get there', () => {
    const runs = [testRun('adam', 0, 0.9), testRun('adam', 1, 0.5)];
    expect(timeToTarget(runs, accuracy)).toMatchObject({ runs: 2, reached: 1, epoch: null });
  });

  it('counts a run that diverged before as one that did not get there, and leaves out the unknown', () => {
    const runs: Run[] = [
      testRun('adam', 0, 0.9),
      testRun('adam', 1, 0.5, 0.9),
      { ...testRun('adam', 2, 0.5), status: 'diverged' },
      { ...testRun('adam', 3, 0.5), status: 'stopped' },
      { ...testRun('adam', 4), status: 'failed' },
    ];
    expect(timeToTarget(runs, accuracy)).toMatchObject({
      runs: 3,
      reached: 2,
      epoch: 2,
      step: 20,
      seconds: 4,
    });
  });

  it('says nothing of no runs', () => {
    expect(timeToTarget([], accuracy)).toMatchObject({ runs: 0, reached: 0, epoch: null });
  });
});

it('lists accuracies before losses', () => {
  expect(targetsOf({ targets: { loss: [0.2], accuracy: [0.9] } })).toEqual([
    accuracy,
    { metric: 'loss', value: 0.2 },
  ]);
  expect(targetsOf({})).toEqual([]);
});
