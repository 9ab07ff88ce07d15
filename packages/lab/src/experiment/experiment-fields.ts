import type { Augmentation } from '@spectrain/train';
import type { FileFields } from '../input/model-flag.js';
import type { OptimizerFlags, OptimizerRequest } from '../input/optimizer-argument.js';
import type { TextFlags } from '../input/text-flags.js';
import type { NormalizationSettings, ProbeSettings } from '../run-config/run-config.js';

/**
 * What flags, or a file, say of an experiment. Each value may stand where it does; whether they go together, `completeExperiment`
 * finds out. Flags go before the fields of a file.
 */
export interface ExperimentFields extends OptimizerFlags, TextFlags, FileFields {
  readonly name?: string | undefined;
  readonly task?: string | undefined;
  readonly model?: string | undefined;
  readonly optimizers?: readonly OptimizerRequest[] | undefined;
  readonly baseline?: string | undefined;
  /** A number n: 0 to n-1. */
  readonly seeds?: number | readonly number[] | undefined;
  readonly epochs?: number | undefined;
  readonly batch?: number | undefined;
  /** True: that of the task. */
  readonly augmentation?: boolean | Augmentation | undefined;
  readonly normalization?: NormalizationSettings | undefined;
  readonly threads?: number | undefined;
  readonly provider?: string | undefined;
  readonly log?: { readonly every?: number | undefined } | undefined;
  readonly checkpoint?: CheckpointFields | undefined;
  readonly probes?: readonly ProbeSettings[] | undefined;
  readonly tuning?: TuningFields | undefined;
  readonly targets?: TargetFields | undefined;
}

export interface CheckpointFields {
  readonly seconds?: number | undefined;
  readonly last?: number | undefined;
  readonly best?: boolean | undefined;
}

export interface TuningFields {
  readonly trials?: number | undefined;
  readonly seeds?: number | readonly number[] | undefined;
  readonly epochs?: number | undefined;
  readonly validation?: number | undefined;
  readonly metric?: 'loss' | 'accuracy' | undefined;
}

export interface TargetFields {
  readonly accuracy?: number | readonly number[] | undefined;
  readonly loss?: number | readonly number[] | undefined;
}
