import type { Signal } from '@spectrain/optim';
import { expect, it } from 'vitest';
import { planExperiment } from '../experiment/experiment.js';
import type { RunConfig } from '../run-config/run-config.js';
import { testResults, testRun } from '../testing/test-results.js';
import type { Results, Run } from './results.js';
import { sensitivity } from './sensitivity.js';

const [adam] = planExperiment({ task: 'digits', augment: true }, '--optimizers', ['adam'], [0]).optimizers;

function trial(number: number, lr: Signal, seed: number, accuracy: number): Run {
  const config: RunConfig = {
    task: 'digits',
    model: 'mlp-8',
    optimizer: 'adam',
    spec: { kind: 'adam', lr },
    seed,
    epochs: 1,
    batchSize: 8,
    threads: 1,
    logEvery: 1,
  };
  return { ...testRun('adam', seed, accuracy), trial: number, config };
}

const results = (trials: readonly Run[], more: Partial<Results> = {}): Results => ({
  ...testResults(['adam'], [0]),
  trials,
  ...more,
});

it('has a point for each trial, with the mean over the seeds that were completed', () => {
  const diverged = { ...trial(1, 1, 8, 0.1), status: 'diverged' } as const;
  const trials = [trial(0, 0.01, 7, 0.8), trial(0, 0.01, 8, 0.9), trial(1, 1, 7, 0.2), diverged];
  const chosen = [{ optimizer: 'adam', trial: 0, settings: { lr: 0.01 }, spec: adam!.spec }];
  expect(sensitivity(results(trials, { chosen }))).toEqual([
    {
      optimizer: 'adam',
      trial: 0,
      lr: 0.01,
      value: expect.closeTo(0.85, 12),
      completedRuns: 2,
      runs: 2,
      chosen: true,
    },
    { optimizer: 'adam', trial: 1, lr: 1, value: 0.2, completedRuns: 1, runs: 2, chosen: false },
  ]);
});

it('keeps a learning rate with which nothing was completed', () => {
  const failed = { ...trial(0, 100, 7, 0.1), status: 'diverged' } as const;
  expect(sensitivity(results([failed]))).toMatchObject([{ lr: 100, value: null, completedRuns: 0, runs: 1 }]);
});

it('tells a signal by the number of it that was searched', () => {
  const space = { 'lr.initial': { min: 0.001, max: 1, scale: 'log' } } as const;
  const base = results([trial(0, { kind: 'exponential', initial: 0.02, factor: 0.999 }, 7, 0.8)]);
  const [optimizer] = base.config.optimizers;
  const searched = { ...base, config: { ...base.config, optimizers: [{ ...optimizer!, space }] } };
  expect(sensitivity(searched)).toMatchObject([{ lr: 0.02 }]);
  expect(sensitivity(base)).toEqual([]);
});

it('is nothing without trials', () => {
  expect(sensitivity(testResults(['adam'], [0]))).toEqual([]);
});
