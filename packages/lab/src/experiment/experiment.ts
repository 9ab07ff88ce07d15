import type { Augmentation, TrainableOptions } from '@spectrain/train';
import { flagPlace } from '../input/field-place.js';
import type { FileFlags } from '../input/model-flag.js';
import type { LabelledOptimizer, OptimizerFlags } from '../input/optimizer-argument.js';
import type { SampleSettings, TextFlags, TextSource } from '../input/text-flags.js';
import { parseProbes } from '../probes/probe-settings.js';
import type { NormalizationSettings, ProbeSettings } from '../run-config/run-config.js';
import { completeExperiment } from './complete-experiment.js';

/** The flags that say what is trained. */
export interface ExperimentFlags extends OptimizerFlags, TextFlags, FileFlags {
  readonly task: string;
  readonly model?: string | undefined;
  readonly epochs?: number | undefined;
  readonly batch?: number | undefined;
  readonly threads?: number | undefined;
  readonly provider?: string | undefined;
  /** Seconds from one checkpoint to the next. */
  readonly checkpoint?: number | undefined;
  /** Names with commas between, as of `parseProbes`. */
  readonly probe?: string | undefined;
  /** `--no-augment` makes it false. */
  readonly augment: boolean;
}

/** A hyperparameter's range of values to search, both ends included, or a list to choose from. */
export type SearchRange =
  | { readonly min: number; readonly max: number; readonly scale: 'linear' | 'log' }
  | { readonly values: readonly number[] };

/** How the hyperparameters of each optimizer are found: as many trials for each, judged on a part of the training set. */
export interface Tuning {
  /** Of each optimizer. */
  readonly trials: number;
  /** Each setting is judged by the mean over these; none of them is one of the experiment's seeds. */
  readonly seeds: readonly number[];
  readonly epochs: number;
  /** The share of the training set that judges, 0 to 1. */
  readonly validation: number;
  /** What is to be best after the last epoch. */
  readonly metric: 'loss' | 'accuracy';
}

/** When a run counts as having got there; each is reported as the first epoch that reaches it. */
export interface Targets {
  /** Shares, 0 to 1. */
  readonly accuracy?: readonly number[];
  readonly loss?: readonly number[];
}

/** What is kept of a run to go on from. */
export interface CheckpointSettings {
  /** From one to the next. */
  readonly seconds: number;
  /** How many of the newest are kept. */
  readonly last: number;
  /** Whether that of the epoch that was judged best is kept as well. */
  readonly best: boolean;
}

/** Where nothing is said. */
export const defaultCheckpoint: CheckpointSettings = { seconds: 60, last: 2, best: false };

/** Runs that belong together, as plain data; {@link RunConfig} says what one of them is. */
export interface Experiment {
  /** In the name of the folder, and in the report. */
  readonly name: string;
  readonly task: string;
  /** What the task text learns. */
  readonly text?: TextSource;
  readonly model: string;
  /** What is trained of a model from a file. */
  readonly file?: TrainableOptions;
  readonly optimizers: readonly LabelledOptimizer[];
  /** Each decides initial weights, order of the data and augmentation, and is the same for all optimizers. */
  readonly seeds: readonly number[];
  readonly epochs: number;
  readonly batchSize: number;
  readonly augmentation?: Augmentation;
  /** Of the inputs. Absent: that of the data set. */
  readonly normalization?: NormalizationSettings;
  readonly threads?: number;
  /** What a network that was trained on a text writes at the end. */
  readonly sample?: SampleSettings;
  /** What computes. Absent: the CPU. */
  readonly provider?: string;
  /** The label of the optimizer that the others are compared with. Absent: the first. */
  readonly baseline?: string;
  readonly tuning?: Tuning;
  readonly targets?: Targets;
  /** Steps from one line of a run's metrics to the next. Absent: so that a run has about 500. */
  readonly logEvery?: number;
  readonly checkpoint?: CheckpointSettings;
  readonly probes?: readonly ProbeSettings[];
}

/**
 * Fills what the flags leave open from the task.
 * @param field the flag that names the optimizers, for messages
 * @throws InputError
 */
export function planExperiment(
  { augment, checkpoint, probe, ...flags }: ExperimentFlags,
  field: string,
  optimizers: readonly string[],
  seeds: readonly number[],
): Experiment {
  const requests = optimizers.map((label) => ({ label, spec: label }));
  return completeExperiment(
    {
      ...flags,
      optimizers: requests,
      seeds,
      augmentation: augment,
      ...(checkpoint !== undefined && { checkpoint: { seconds: checkpoint } }),
      ...(probe !== undefined && { probes: parseProbes('--probe', probe) }),
    },
    flagPlace(field),
  );
}
