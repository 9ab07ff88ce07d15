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
      finalAccuracy: spread(own.flatMap(finalAccuracy)),
      bestAccuracy: spread(own.flatMap(bestAccuracy)),
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
    const ofPair = pair ? finalAccuracy(pair) : [];
    return finalAccuracy(run).flatMap((accuracy) => ofPair.map((other) => accuracy - other));
  });
}

/** One accuracy, or none in regression. */
function finalAccuracy(run: Run): readonly number[] {
  return accuracies(run).slice(-1);
}

function bestAccuracy(run: Run): readonly number[] {
  const all = accuracies(run);
  return all.length > 0 ? [Math.max(...all)] : [];
}

function accuracies({ epochs }: Run): readonly number[] {
  return epochs.flatMap(({ testAccuracy }) => testAccuracy ?? []);
}
