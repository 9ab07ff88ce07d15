import { mean } from 'simple-statistics';
import type { Run, Summary } from './results.js';
import { pairedDifference, spread } from './statistics.js';

/** Summarises completed runs, one row per optimizer, each against the first. */
export function summarize(optimizers: readonly string[], runs: readonly Run[]): readonly Summary[] {
  const completed = (optimizer: string | undefined) =>
    runs.filter((run) => run.optimizer === optimizer && run.status === 'completed');
  const first = completed(optimizers[0]);
  return optimizers.map((optimizer, i) => {
    const own = completed(optimizer);
    return {
      optimizer,
      completedRuns: own.length,
      finalAccuracy: spread(own.map(finalAccuracy)),
      bestAccuracy: spread(own.map(bestAccuracy)),
      finalLoss: spread(own.map((run) => run.epochs.at(-1)!.testLoss)),
      seconds: own.length > 0 ? mean(own.map((run) => run.seconds)) : null,
      imagesPerSecond: own.length > 0 ? mean(own.map((run) => run.imagesPerSecond)) : null,
      differenceToFirst: i === 0 ? null : pairedDifference(differences(own, first)),
    };
  });
}

/** Over the seeds that both have completed. */
function differences(runs: readonly Run[], first: readonly Run[]): readonly number[] {
  return runs.flatMap((run) => {
    const pair = first.find(({ seed }) => seed === run.seed);
    return pair ? [finalAccuracy(run) - finalAccuracy(pair)] : [];
  });
}

function finalAccuracy(run: Run): number {
  return run.epochs.at(-1)!.testAccuracy;
}

function bestAccuracy(run: Run): number {
  return Math.max(...run.epochs.map(({ testAccuracy }) => testAccuracy));
}
