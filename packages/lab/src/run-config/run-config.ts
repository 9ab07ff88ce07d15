import { createHash } from 'node:crypto';
import type { OptimizerSpec } from '@spectrain/optim';
import type { Augmentation, Normalization, TrainableOptions } from '@spectrain/train';
import type { SampleSettings, TextSource } from '../input/text-flags.js';

/**
 * One training run: everything that decides its numbers, as plain JSON. It is what a run's folder holds as `config.json`, and
 * what goes to another machine. On the same kind of CPU the same config gives the same bits.
 */
export interface RunConfig {
  readonly task: string;
  /** What the task text learns. */
  readonly text?: TextSource;
  readonly model: string;
  /** What is trained of a model from a file. */
  readonly file?: TrainableOptions;
  /** The optimizer's name in tables. */
  readonly optimizer: string;
  readonly spec: OptimizerSpec;
  /** Decides initial weights, order of the data and augmentation. */
  readonly seed: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly augmentation?: Augmentation;
  /** Of the inputs. Absent: that of the data set. */
  readonly normalization?: NormalizationSettings;
  /** Part of the numbers: sums over threads are rounded otherwise. */
  readonly threads: number;
  /** What computes. Absent: the CPU. */
  readonly provider?: string;
  /**
   * The share of the training set, 0 to 1, that is carved off, evenly by class and the same for all seeds, and that the run is
   * judged by: the test set is then not used. Absent: trains on all of the training set and is judged by the test set.
   */
  readonly validation?: number;
  /** One of several settings that are tried to find the best one. Absent: a run that counts. */
  readonly trial?: number;
  /** What a network that was trained on a text writes at the end. */
  readonly sample?: SampleSettings;
  /** Steps from one line of the metrics to the next. */
  readonly logEvery: number;
  /** Instruments that watch the run; they change none of its numbers. */
  readonly probes?: readonly ProbeSettings[];
}

/** Inputs become `(value - mean) / std`, where the values of the data set lie in 0 to 1; one for each channel, or one for all. */
export type NormalizationSettings = Pick<Normalization, 'mean' | 'std'>;

/** One of `probeNames`. */
export interface ProbeSettings {
  readonly name: string;
  /** From one look to the next, in steps, or epochs for curvature and boundary. Absent: the instrument's default. */
  readonly every?: number;
}

/**
 * The name of a run's folder: `adam-seed0-1f0c9a2e`, or `adam-trial07-seed0-1f0c9a2e`. It follows from the config alone, so
 * that the same run planned twice is one run.
 */
export function runId(config: RunConfig): string {
  const hash = createHash('sha256').update(canonical(config)).digest('hex').slice(0, 8);
  const trial = config.trial === undefined ? '' : `-trial${String(config.trial).padStart(2, '0')}`;
  return `${slug(config.optimizer)}${trial}-seed${config.seed}-${hash}`;
}

/** Text for the name of a file. */
export function slug(text: string): string {
  return text.replace(/[^A-Za-z0-9.=-]+/g, '_').slice(0, 60);
}

/** JSON with sorted keys and without absent values, so that equal values have equal texts. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
