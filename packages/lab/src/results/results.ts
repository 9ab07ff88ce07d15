import type { OptimizerSpec } from '@spectrain/optim';
import type { EpochResult, TracePoint } from '@spectrain/train';
import type { Experiment } from '../experiment/experiment.js';
import type { RunConfig } from '../run-config/run-config.js';
import type { Difference } from '../statistics/comparison.js';
import type { Spread } from '../statistics/spread.js';
import type { Versions } from '../versions.js';
import type { MetricName } from './metric.js';
import type { TimeToTarget } from './time-to-target.js';

/** One optimizer trained with one seed. */
export interface Run {
  /** The name of its folder. */
  readonly id?: string;
  readonly optimizer: string;
  readonly seed: number;
  /** Which of the settings that were tried it had. Absent: a run that counts. */
  readonly trial?: number;
  /** Everything that decided its numbers. */
  readonly config?: RunConfig;
  /** `failed`: something other than the numbers went wrong. */
  readonly status: 'completed' | 'diverged' | 'stopped' | 'failed';
  /** Why it diverged or failed. */
  readonly reason?: string;
  readonly epochs: readonly EpochResult[];
  readonly trace: readonly TracePoint[];
  readonly seconds: number;
  readonly examplesPerSecond: number;
  /** What the network wrote at the end, after the prompt. */
  readonly sample?: string;
}

/** The setting that tuning chose for an optimizer, with which its runs were trained. */
export interface ChosenSetting {
  readonly optimizer: string;
  readonly trial: number;
  /** What was searched, by the path of a number in the spec, and the value that was chosen. */
  readonly settings: Readonly<Record<string, number>>;
  readonly spec: OptimizerSpec;
  /** Its mean over the tuning seeds; null where no trial of the optimizer was completed. */
  readonly score?: number | null;
}

/** One optimizer over its completed runs; accuracies are shares, 0 to 1. Null where there is none. */
export interface Summary {
  readonly optimizer: string;
  readonly completedRuns: number;
  /** After the last epoch. */
  readonly finalAccuracy: Spread | null;
  /** Of the best epoch of each run. */
  readonly bestAccuracy: Spread | null;
  readonly finalLoss: Spread | null;
  /** Mean of a run. */
  readonly seconds: number | null;
  readonly examplesPerSecond: number | null;
  /** What the difference is of, after the last epoch. */
  readonly metric: MetricName;
  /** This optimizer minus the baseline, seed by seed. */
  readonly differenceToBaseline: Difference | null;
  /** Of each target of the experiment, in its order. */
  readonly timeToTarget: readonly TimeToTarget[];
}

/** What `results.json` holds and `--json` prints. Times, rates and versions aside, the same flags give the same. */
export interface Results {
  /** Those that count. */
  readonly runs: readonly Run[];
  readonly summary: readonly Summary[];
  readonly config: Experiment;
  /** The runs of tuning, judged by the validation split. */
  readonly trials?: readonly Run[];
  /** What tuning chose, for each optimizer with something to search. */
  readonly chosen?: readonly ChosenSetting[];
  readonly versions: Versions;
  /** Date and time in ISO 8601. */
  readonly started: string;
}

/** The label of the optimizer that the others are compared with. */
export function baselineOf({
  optimizers,
  baseline,
}: Pick<Experiment, 'optimizers' | 'baseline'>): string | undefined {
  return baseline ?? optimizers[0]?.label;
}
