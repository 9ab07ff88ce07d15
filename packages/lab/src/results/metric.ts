import type { EpochResult } from '@spectrain/train';

/** What optimizers are compared by, on the data that judge: the test set, or for trials the validation split. */
export type MetricName = 'accuracy' | 'loss';

export interface Metric {
  readonly name: MetricName;
  readonly higherIsBetter: boolean;
  /** Nothing where the task has none: a regression has no accuracy. */
  readonly of: (epoch: EpochResult) => number | undefined;
}

export const metrics: Readonly<Record<MetricName, Metric>> = {
  accuracy: { name: 'accuracy', higherIsBetter: true, of: ({ testAccuracy }) => testAccuracy },
  loss: { name: 'loss', higherIsBetter: false, of: ({ testLoss }) => testLoss },
};

/** What runs are compared by: accuracy where all of them have it, else loss. */
export function metricOf(runs: readonly { readonly epochs: readonly EpochResult[] }[]): Metric {
  const epochs = runs.flatMap((run) => run.epochs);
  return epochs.every((epoch) => metrics.accuracy.of(epoch) !== undefined) ? metrics.accuracy : metrics.loss;
}

/** After the last epoch of a run that was completed; nothing for others. */
export function finalValue(
  run: { readonly status: string; readonly epochs: readonly EpochResult[] },
  metric: Metric,
): number | undefined {
  const last = run.epochs.at(-1);
  return run.status === 'completed' && last ? metric.of(last) : undefined;
}
