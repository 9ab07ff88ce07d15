import { type Experiment, planExperiment } from '../experiment/experiment.js';
import { finalConfigs } from '../experiment/plan.js';
import type { Results, Run } from '../results/results.js';
import { summarize } from '../results/summarize.js';

/** A completed run of made-up numbers, for tests. */
export function testRun(optimizer: string, seed: number, ...accuracies: readonly number[]): Run {
  const epochs = accuracies.map((testAccuracy, i) => ({
    epoch: i + 1,
    step: 10 * (i + 1),
    trainLoss: 1 / (i + 1),
    testLoss: 1 - testAccuracy,
    testAccuracy,
    seconds: 2,
    examplesPerSecond: 5000,
    lr: 0.1,
  }));
  const trace = [{ step: 10, loss: 1, lr: 0.1 }];
  return { optimizer, seed, status: 'completed', epochs, trace, seconds: 4, examplesPerSecond: 5000 };
}

/** The same run of a task that has no accuracy, such as a regression. */
export function withoutAccuracy(run: Run): Run {
  return JSON.parse(JSON.stringify(run, (key, value) => (key === 'testAccuracy' ? undefined : value)));
}

/** Results of made-up numbers, for tests; runs that are not given complete with accuracies of 0.5 and 0.75. */
export function testResults(
  optimizers: readonly string[],
  seeds: readonly number[],
  given: readonly Run[] = [],
  more: Partial<Experiment> = {},
): Results {
  const planned = planExperiment({ task: 'digits', augment: true }, '--optimizers', optimizers, seeds);
  const config = { ...planned, ...more };
  const runs = finalConfigs(config, { trainCount: 1, threads: 1 }).map(
    ({ optimizer, seed }) =>
      given.find((run) => run.optimizer === optimizer && run.seed === seed) ??
      testRun(optimizer, seed, 0.5, 0.75),
  );
  const versions = { spectrain: '0', node: '0', onnxruntime: '0', platform: 'test', cpu: 'test', cpus: 2 };
  return {
    runs,
    summary: summarize(config, runs),
    config,
    versions,
    started: '2026-01-02T03:04:05.000Z',
  };
}
