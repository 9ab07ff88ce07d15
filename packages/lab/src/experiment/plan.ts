import type { OptimizerSpec } from '@spectrain/optim';
import type { RunConfig } from '../run-config/run-config.js';
import { trialSetting } from '../tuning/trial-spec.js';
import type { Experiment } from './experiment.js';

/** What decides the configs of runs and is found out on the spot. */
export interface PlanSettings {
  /** Examples of the training set. */
  readonly trainCount: number;
  /** Of a run. */
  readonly threads: number;
}

/** Lines of metrics that a run has about, unless told otherwise. */
const logLines = 500;

/** The runs of the search for the best setting, trial by trial and seed by seed; none where nothing is tuned. */
export function trialConfigs(experiment: Experiment, settings: PlanSettings): readonly RunConfig[] {
  const { optimizers, tuning } = experiment;
  if (!tuning) return [];
  const { trials, seeds, epochs, validation } = tuning;
  const shared = { ...sharedPart(experiment, settings, epochs, validation), validation };
  return Array.from({ length: trials }, (_, trial) => trial).flatMap((trial) =>
    seeds.flatMap((seed) =>
      optimizers.map((optimizer) => ({
        ...shared,
        optimizer: optimizer.label,
        spec: trialSetting(optimizer, trial).spec,
        seed,
        trial,
      })),
    ),
  );
}

/**
 * The runs that count, seed by seed, so that a comparison that is stopped still has whole pairs.
 * @param chosen what tuning found, as of `chooseBest`; an optimizer that is not in it is trained as it was declared
 */
export function finalConfigs(
  experiment: Experiment,
  settings: PlanSettings,
  chosen: readonly { readonly optimizer: string; readonly spec: OptimizerSpec }[] = [],
): readonly RunConfig[] {
  const { optimizers, seeds, sample, probes } = experiment;
  const shared = {
    ...sharedPart(experiment, settings, experiment.epochs, 0),
    ...(sample && { sample }),
    ...(probes && { probes }),
  };
  return seeds.flatMap((seed) =>
    optimizers.map(({ label, spec }) => ({
      ...shared,
      optimizer: label,
      spec: chosen.find(({ optimizer }) => optimizer === label)?.spec ?? spec,
      seed,
    })),
  );
}

/**
 * Steps of an epoch.
 * @param validation the share of the training set that is not trained on
 */
export function stepsPerEpoch(trainCount: number, batchSize: number, validation = 0): number {
  return Math.max(1, Math.ceil(Math.round(trainCount * (1 - validation)) / batchSize));
}

function sharedPart(
  experiment: Experiment,
  { trainCount, threads }: PlanSettings,
  epochs: number,
  validation: number,
): Omit<RunConfig, 'optimizer' | 'spec' | 'seed'> {
  const { task, text, model, file, batchSize, augmentation, normalization, provider } = experiment;
  const steps = epochs * stepsPerEpoch(trainCount, batchSize, validation);
  return {
    task,
    ...(text && { text }),
    model,
    ...(file && { file }),
    epochs,
    batchSize,
    ...(augmentation && { augmentation }),
    ...(normalization && { normalization }),
    threads,
    ...(provider !== undefined && { provider }),
    logEvery: experiment.logEvery ?? Math.ceil(steps / logLines),
  };
}
