import { describe, expect, it } from 'vitest';
import { testResults, testRun } from '../testing/test-results.js';
import { performanceProfiles, workloadsOf } from './performance-profile.js';

const target = { metric: 'accuracy', value: 0.9 } as const;
const workload = (times: Readonly<Record<string, number | null>>) => ({ name: 'w', target, times });

describe('performanceProfiles', () => {
  const workloads = [workload({ a: 10, b: 20 }), workload({ a: 30, b: 10 }), workload({ a: 5, b: null })];

  it('is the share of workloads within a factor of the fastest', () => {
    const [a, b] = performanceProfiles(workloads);
    expect(a!.points).toEqual([
      { tau: 1, rho: 2 / 3 },
      { tau: 3, rho: 1 },
    ]);
    expect(b!.points).toEqual([
      { tau: 1, rho: 1 / 3 },
      { tau: 2, rho: 2 / 3 },
    ]);
  });

  it('scores by the integral to 4, over 3: by hand and as a fine sum', () => {
    const [a, b] = performanceProfiles(workloads);
    expect(a!.score).toBeCloseTo((1 + 1 / 3 + 1) / 3, 12);
    expect(b!.score).toBeCloseTo((2 / 3 + 1 + 0) / 3, 12);
    for (const { points, score } of [a!, b!]) {
      const taus = Array.from({ length: 30_000 }, (_, i) => 1 + (i + 0.5) / 10_000);
      const rho = (tau: number) => points.findLast((point) => point.tau <= tau)!.rho;
      expect(taus.reduce((sum, tau) => sum + rho(tau), 0) / taus.length).toBeCloseTo(score, 3);
    }
  });

  it('scores 1 for the fastest everywhere and 0 for what never gets there', () => {
    const scores = performanceProfiles([workload({ a: 1, b: null }), workload({ a: 2, b: 9 })]);
    expect(scores.map(({ score }) => score)).toEqual([1, 0]);
  });

  it('counts a workload that nobody solves against all', () => {
    expect(performanceProfiles([workload({ a: 1 }), workload({ a: null })])).toEqual([
      { optimizer: 'a', points: [{ tau: 1, rho: 0.5 }], score: 0.5 },
    ]);
  });

  it('leaves out what was not run everywhere, also as the fastest', () => {
    const profiles = performanceProfiles([workload({ a: 10, b: 1 }), workload({ a: 10 })]);
    expect(profiles.map(({ optimizer, score }) => [optimizer, score])).toEqual([['a', 1]]);
  });

  it('is nothing for no workloads', () => {
    expect(performanceProfiles([])).toEqual([]);
  });
});

it('takes medians to the hardest target of each experiment that has one', () => {
  const runs = [testRun('sgd', 0, 0.5, 0.8, 0.9), testRun('adam', 0, 0.9, 0.9)];
  const withTargets = testResults(['sgd', 'adam'], [0], runs, { targets: { accuracy: [0.9, 0.8] } });
  expect(workloadsOf([withTargets, testResults(['sgd'], [0])], 'step')).toEqual([
    { name: 'digits', target, times: { sgd: 30, adam: 10 } },
  ]);
});
