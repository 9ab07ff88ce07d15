import { mean } from 'simple-statistics';
import type { LabelledOptimizer } from '../input/optimizer-argument.js';
import { finalValue, metricOf } from './metric.js';
import type { Results, Run } from './results.js';

/** One trial of tuning: the learning rate it had, and what came of it. */
export interface SensitivityPoint {
  readonly optimizer: string;
  readonly trial: number;
  readonly lr: number;
  /** On the validation split after the last epoch, mean over the seeds that were completed; null without any. */
  readonly value: number | null;
  readonly completedRuns: number;
  readonly runs: number;
  /** Whether tuning chose it. */
  readonly chosen: boolean;
}

/**
 * How much each optimizer depends on its learning rate: final metric against learning rate over the trials of tuning, as
 * in DeepOBS (Schneider, Balles and Hennig, arXiv 1903.05499, section 3). The other hyperparameters that were searched vary
 * along. A learning rate that is a signal is told by the number of it that was searched; one without has no place here.
 */
export function sensitivity({ config, trials = [], chosen = [] }: Results): readonly SensitivityPoint[] {
  const metric = metricOf(trials);
  return config.optimizers.flatMap((optimizer) => {
    const own = trials.filter((run) => run.optimizer === optimizer.label);
    const numbers = [...new Set(own.map(({ trial }) => trial))].filter((trial) => trial !== undefined);
    const choice = chosen.find((setting) => setting.optimizer === optimizer.label);
    return numbers.flatMap((trial) => {
      const runs = own.filter((run) => run.trial === trial);
      const lr = learningRate(runs[0]!, optimizer);
      if (lr === undefined) return [];
      const values = runs.flatMap((run) => finalValue(run, metric) ?? []);
      return {
        optimizer: optimizer.label,
        trial,
        lr,
        value: values.length > 0 ? mean(values) : null,
        completedRuns: values.length,
        runs: runs.length,
        chosen: choice?.trial === trial,
      };
    });
  });
}

function learningRate({ config }: Run, { spec, space = {} }: LabelledOptimizer): number | undefined {
  const path = Object.keys(space).find((key) => key === 'lr' || key.startsWith('lr.')) ?? 'lr';
  const found = path
    .split('.')
    .reduce<unknown>(
      (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
      config?.spec ?? spec,
    );
  return typeof found === 'number' ? found : undefined;
}
