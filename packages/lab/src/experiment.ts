import type { OptimizerSpec } from '@spectrain/optim';
import type { Augmentation, TrainableOptions } from '@spectrain/train';
import { type FileFlags, readFileOptions, readModel } from './model-flag.js';
import { type LabelledOptimizer, type OptimizerFlags, parseOptimizers } from './optimizer-argument.js';
import { findTask } from './tasks.js';
import { planText, type SampleSettings, type TextFlags, type TextSource } from './text-flags.js';

/** The flags that say what is trained. */
export interface ExperimentFlags extends OptimizerFlags, TextFlags, FileFlags {
  readonly task: string;
  readonly model?: string | undefined;
  readonly epochs?: number | undefined;
  readonly batch?: number | undefined;
  readonly threads?: number | undefined;
  readonly provider?: string | undefined;
  /** `--no-augment` makes it false. */
  readonly augment: boolean;
}

/** Everything that decides the numbers, as plain data. */
export interface Experiment {
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
  readonly threads?: number;
  /** What a network that was trained on a text writes at the end. */
  readonly sample?: SampleSettings;
  /** What computes. Absent: the CPU. */
  readonly provider?: string;
}

/** A run of an experiment, before it is trained. */
export interface PlannedRun {
  readonly optimizer: string;
  readonly spec: OptimizerSpec;
  readonly seed: number;
}

/**
 * Fills what the flags leave open from the task.
 * @param field the flag that names the optimizers, for messages
 * @throws InputError
 */
export function planExperiment(
  flags: ExperimentFlags,
  field: string,
  optimizers: readonly string[],
  seeds: readonly number[],
): Experiment {
  const task = findTask(flags.task);
  const { text, sample } = planText(task, flags);
  const model = flags.model === undefined ? task.model : readModel(flags.model);
  const file = readFileOptions(model, flags);
  const augmentation = flags.augment ? task.augmentation : undefined;
  return {
    task: task.name,
    ...(text && { text }),
    model,
    ...(file && { file }),
    optimizers: parseOptimizers(field, optimizers, flags, task.lr),
    seeds,
    epochs: flags.epochs ?? task.epochs,
    batchSize: flags.batch ?? task.batchSize,
    ...(augmentation && { augmentation }),
    ...(flags.threads !== undefined && { threads: flags.threads }),
    ...(sample && { sample }),
    ...(flags.provider !== undefined && { provider: flags.provider }),
  };
}

/** The runs in order: seed by seed, so that a comparison that is stopped still has whole pairs. */
export function plannedRuns({ seeds, optimizers }: Experiment): readonly PlannedRun[] {
  return seeds.flatMap((seed) => optimizers.map(({ label, spec }) => ({ optimizer: label, spec, seed })));
}
