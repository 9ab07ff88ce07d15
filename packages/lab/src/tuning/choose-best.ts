import type { Experiment, Tuning } from '../experiment/experiment.js';
import type { RunConfig } from '../run-config/run-config.js';
import { type TrialSetting, trialSetting } from './trial-spec.js';

/** What is known of a trial run when all are over. */
export interface TrialResult {
  readonly config: Pick<RunConfig, 'optimizer' | 'seed' | 'trial'>;
  readonly status: 'completed' | 'diverged' | 'stopped' | 'failed';
  /** On the validation split. */
  readonly epochs: readonly { readonly testLoss: number; readonly testAccuracy?: number }[];
}

/** A setting and how it did. */
export interface JudgedTrial extends TrialSetting {
  /** The metric after the last epoch, in the order of the tuning seeds; null where the run did not get there. */
  readonly scores: readonly (number | null)[];
  /** Their mean; null, which is worse than any number, where one of them is. */
  readonly score: number | null;
}

/** What tuning found for an optimizer. */
export interface TuningOutcome extends TrialSetting {
  readonly optimizer: string;
  readonly score: number | null;
  /** All, in order, for the sensitivity to what was searched. */
  readonly trials: readonly JudgedTrial[];
}

/**
 * The best setting of each optimizer: by the mean over the tuning seeds of the metric after the last epoch. One that diverged, failed
 * or is missing with one of them comes last; of equals the first wins.
 */
export function chooseBest(
  { optimizers, tuning }: Pick<Experiment, 'optimizers' | 'tuning'>,
  results: readonly TrialResult[],
): readonly TuningOutcome[] {
  if (!tuning) return [];
  const found = new Map(results.map((result) => [keyOf(result.config), result]));
  return optimizers.map((optimizer) => {
    const trials = Array.from({ length: tuning.trials }, (_, trial) => {
      const scores = tuning.seeds.map((seed) =>
        scoreOf(found.get(keyOf({ optimizer: optimizer.label, seed, trial })), tuning.metric),
      );
      return { ...trialSetting(optimizer, trial), scores, score: meanOf(scores) };
    });
    const { trial, spec, values, score } = trials.reduce((best, next) =>
      isBetter(next.score, best.score, tuning.metric) ? next : best,
    );
    return { optimizer: optimizer.label, trial, spec, values, score, trials };
  });
}

function keyOf({ optimizer, seed, trial }: TrialResult['config']): string {
  return JSON.stringify([optimizer, seed, trial]);
}

function scoreOf(result: TrialResult | undefined, metric: Tuning['metric']): number | null {
  const last = result?.epochs.at(-1);
  if (result?.status !== 'completed' || !last) return null;
  const value = metric === 'loss' ? last.testLoss : last.testAccuracy;
  return value !== undefined && Number.isFinite(value) ? value : null;
}

function meanOf(scores: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const score of scores) {
    if (score === null) return null;
    sum += score;
  }
  return sum / scores.length;
}

function isBetter(score: number | null, than: number | null, metric: Tuning['metric']): boolean {
  if (score === null) return false;
  if (than === null) return true;
  return metric === 'loss' ? score < than : score > than;
}
