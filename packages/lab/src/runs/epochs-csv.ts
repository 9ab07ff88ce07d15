import { csvFormat } from 'd3-dsv';
import type { StoredRun } from '../store/run-folder.js';

const columns = [
  'run',
  'optimizer',
  'seed',
  'trial',
  'epoch',
  'step',
  'trainLoss',
  'testLoss',
  'testAccuracy',
  'lr',
  'momentum',
  'p',
  'seconds',
  'examplesPerSecond',
] as const;

/** One line for each epoch of each run. */
export function epochsCsv(runs: readonly StoredRun[]): string {
  const rows = runs.flatMap(({ id, config: { optimizer, seed, trial }, run }) =>
    run.epochs.map((epoch) => ({ run: id, optimizer, seed, trial, ...epoch })),
  );
  return csvFormat(rows, columns);
}
