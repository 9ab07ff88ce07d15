import { join } from 'node:path';
import { countExamples, type Dataset, type EpochResult } from '@spectrain/train';
import type { Interruption } from '../interruption.js';
import { progressView } from '../progress-line.js';
import { runAllAnywhere } from '../queue/run-all-anywhere.js';
import { chosenOf } from '../results/results-of.js';
import { type RunConfig, runId } from '../run-config/run-config.js';
import { runsFolder } from '../store/experiment-record.js';
import { readRun, type StoredRun } from '../store/run-folder.js';
import { defaultCheckpoint, type Experiment } from './experiment.js';
import { finalConfigs, type PlanSettings, trialConfigs } from './plan.js';

export interface ConductOptions {
  readonly jobs: number;
  readonly retries: number;
  /** The URL of a Redis whose workers carry out the runs. Absent: this machine does. */
  readonly queue: string | undefined;
  readonly dataDir: string | undefined;
  readonly interruption: Interruption;
  readonly onEpoch?: (epoch: EpochResult) => void;
}

/** What an experiment has come to. */
export interface Conducted {
  /** Those that have been begun, in the order of the plan. */
  readonly runs: readonly StoredRun[];
  readonly trials: readonly StoredRun[];
}

/**
 * Carries out what an experiment plans, as far as that has not been done: the trials of tuning, then the runs that count, with what
 * the trials showed to be best.
 */
export async function conduct(
  experiment: Experiment,
  data: Dataset,
  folder: string,
  options: ConductOptions,
): Promise<Conducted> {
  const settings: PlanSettings = {
    trainCount: countExamples(data).train,
    threads: experiment.threads ?? 1,
  };
  const stage = (configs: readonly RunConfig[]) =>
    conductRuns(configs, experiment, join(folder, runsFolder), options);
  const trials = await stage(trialConfigs(experiment, settings));
  if (experiment.tuning && options.interruption.signal.aborted) return { runs: [], trials };
  const runs = await stage(finalConfigs(experiment, settings, chosenOf(experiment, trials)));
  return { runs, trials };
}

/**
 * Carries out runs as far as that has not been done, and shows how far they have come.
 * @param folder what the runs' folders are in
 * @returns those that have been begun
 */
export async function conductRuns(
  configs: readonly RunConfig[],
  { checkpoint = defaultCheckpoint }: Pick<Experiment, 'checkpoint'>,
  folder: string,
  options: ConductOptions,
): Promise<readonly StoredRun[]> {
  const view = progressView(process.stderr, configs);
  await runAllAnywhere(configs, {
    ...options,
    folder,
    checkpoint,
    observer: {
      onProgress: (config, progress) => view.update(config, progress),
      onEpoch: (_, epoch) => {
        view.clear();
        options.onEpoch?.(epoch);
      },
      onNote: (config, text) => {
        view.clear();
        process.stderr.write(`${runId(config)}: ${text}\n`);
      },
      onQueue: (text) => {
        view.clear();
        process.stderr.write(`${text}\n`);
      },
      onEnd: (run) => view.finished(run),
    },
  });
  view.clear();
  const stored = await Promise.all(configs.map((config) => readRun(join(folder, runId(config)))));
  return stored.flatMap((run) =>
    run && (run.started !== undefined || run.status === 'failed') ? [run] : [],
  );
}
