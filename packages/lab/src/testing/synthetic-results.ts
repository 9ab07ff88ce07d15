import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Experiment } from '../experiment/experiment.js';
import type { Results, Run } from '../results/results.js';
import { testResults, testRun, withoutAccuracy } from './test-results.js';

export interface SyntheticSettings {
  readonly optimizers?: readonly string[];
  readonly seeds?: number;
  readonly epochs?: number;
  /** Accuracies are a number of this many test examples: the fewer, the more ties. */
  readonly examples?: number;
  /** The accuracies are left out. */
  readonly regression?: boolean;
  /** Some runs diverge, fail or are stopped. */
  readonly troubles?: boolean;
  readonly more?: Partial<Experiment>;
  readonly random?: number;
}

/** Results that look like those of a comparison, seeded, for tests and to look at. */
export function syntheticResults({
  optimizers = ['momentum', 'adam', 'smes', 'nsf', 'lcam'],
  seeds = 10,
  epochs = 12,
  examples = 360,
  regression = false,
  troubles = false,
  more = {},
  random = 1,
}: SyntheticSettings = {}): Results {
  const generator = xoroshiro128plus(random);
  const noise = () => uniformFloat64(generator) - 0.5;
  const list = Array.from({ length: seeds }, (_, seed) => seed);
  const runs = list.flatMap((seed) => {
    const difficulty = 0.02 * noise();
    return optimizers.map((optimizer, i) => {
      const end = 0.94 + 0.01 * (i % 4) + difficulty + 0.02 * noise();
      const accuracies = Array.from({ length: epochs }, (_, epoch) => {
        const accuracy = end - 0.6 * Math.exp(-(epoch + 1) / (1 + (i % 5))) + 0.01 * noise();
        return Math.round(examples * Math.min(1, accuracy)) / examples;
      });
      const run = troubles
        ? withTroubles(testRun(optimizer, seed, ...accuracies), i)
        : testRun(optimizer, seed, ...accuracies);
      return regression ? withoutAccuracy(run) : run;
    });
  });
  return testResults(optimizers, list, runs, { epochs, ...more });
}

function withTroubles(run: Run, optimizer: number): Run {
  const epochs = run.epochs.slice(0, 3);
  if (optimizer === 1 && run.seed % 3 === 1)
    return { ...run, epochs, status: 'diverged', reason: 'the loss became NaN at step 34' };
  if (optimizer === 2 && run.seed === 4) return { ...run, epochs, status: 'failed', reason: 'out of memory' };
  return optimizer === 3
    ? { ...run, epochs: [], status: 'diverged', reason: 'the loss became NaN at step 3' }
    : run;
}
