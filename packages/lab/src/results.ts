import type { EpochResult, TracePoint } from '@spectrain/train';
import type { Experiment } from './experiment.js';
import type { Difference, Spread } from './statistics.js';
import type { Versions } from './versions.js';

/** One optimizer trained with one seed. */
export interface Run {
  /** The name of its folder. */
  readonly id?: string;
  readonly optimizer: string;
  readonly seed: number;
  /** One of several settings that were tried, see `RunConfig`. */
  readonly trial?: number;
  /** `failed`: something other than the numbers went wrong. */
  readonly status: 'completed' | 'diverged' | 'stopped' | 'failed';
  /** Why it diverged or failed. */
  readonly reason?: string;
  readonly epochs: readonly EpochResult[];
  readonly trace: readonly TracePoint[];
  readonly seconds: number;
  readonly imagesPerSecond: number;
  /** What the network wrote at the end, after the prompt. */
  readonly sample?: string;
}

/** Whether the task has accuracies: regression has none. */
export function hasAccuracy({ runs }: Pick<Results, 'runs'>): boolean {
  return runs.every(({ epochs }) => epochs.every(({ testAccuracy }) => testAccuracy !== undefined));
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
  readonly imagesPerSecond: number | null;
  /** Final accuracy minus that of the first optimizer, seed by seed. */
  readonly differenceToFirst: Difference | null;
}

/** What `results.json` holds and `--json` prints. Times, rates and versions aside, the same flags give the same. */
export interface Results {
  readonly runs: readonly Run[];
  readonly summary: readonly Summary[];
  readonly config: Experiment;
  readonly versions: Versions;
  /** Date and time in ISO 8601. */
  readonly started: string;
}
