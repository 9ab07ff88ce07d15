import { median } from 'simple-statistics';
import type { Experiment } from '../experiment/experiment.js';
import { type MetricName, metrics } from './metric.js';
import type { Run } from './results.js';

/** A value of a metric that a run is to reach: an accuracy at least as high, a loss at least as low. */
export interface Target {
  readonly metric: MetricName;
  readonly value: number;
}

/** How long it took: to the end of an epoch, as runs are judged only there. */
export interface TrainingTime {
  readonly epoch: number;
  readonly step: number;
  /** Of training and evaluation. */
  readonly seconds: number;
}

/** The units that a {@link TrainingTime} has. */
export type TimeUnit = keyof TrainingTime;

/**
 * How long the runs of an optimizer took to reach a target: medians over seeds. A run that did not get there counts as one
 * that takes for ever, so that a median is there only where more than half of the runs got there, and is never
 * of the lucky ones alone.
 */
export interface TimeToTarget extends Target {
  /** Those that were completed or diverged; of those that were stopped or failed nobody knows. */
  readonly runs: number;
  readonly reached: number;
  /** Null where half of the runs or more did not get there. */
  readonly epoch: number | null;
  readonly step: number | null;
  readonly seconds: number | null;
}

/** The targets of an experiment: accuracies, then losses. */
export function targetsOf({ targets = {} }: Pick<Experiment, 'targets'>): readonly Target[] {
  const { accuracy = [], loss = [] } = targets;
  return [
    ...accuracy.map((value) => ({ metric: 'accuracy', value }) as const),
    ...loss.map((value) => ({ metric: 'loss', value }) as const),
  ];
}

/** When a run first reached a target, whatever came later; nothing where it did not. */
export function firstReached(run: Pick<Run, 'epochs'>, { metric, value }: Target): TrainingTime | undefined {
  const { of, higherIsBetter } = metrics[metric];
  let seconds = 0;
  for (const epoch of run.epochs) {
    seconds += epoch.seconds;
    const found = of(epoch);
    if (found === undefined) continue;
    if (higherIsBetter ? found >= value : found <= value)
      return { epoch: epoch.epoch, step: epoch.step, seconds };
  }
  return undefined;
}

/** Of the runs of one optimizer. */
export function timeToTarget(runs: readonly Run[], target: Target): TimeToTarget {
  const known = runs.filter(({ status }) => status === 'completed' || status === 'diverged');
  const times = known.map((run) => firstReached(run, target));
  const medianOf = (unit: TimeUnit) => {
    if (times.length === 0) return null;
    const middle = median(times.map((time) => time?.[unit] ?? Number.POSITIVE_INFINITY));
    return Number.isFinite(middle) ? middle : null;
  };
  return {
    ...target,
    runs: known.length,
    reached: times.filter((time) => time !== undefined).length,
    epoch: medianOf('epoch'),
    step: medianOf('step'),
    seconds: medianOf('seconds'),
  };
}
