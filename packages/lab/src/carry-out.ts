import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import {
  compileProgram,
  type Dataset,
  type EpochResult,
  loadModel,
  suggestedThreads,
  writeWhole,
} from '@spectrain/train';
import { runAll } from './execute/run-all.js';
import { defaultCheckpoint, type Experiment, plannedRuns } from './experiment.js';
import { createDefaultFolder, openFolder } from './experiment-folder.js';
import { Failures } from './failures.js';
import { type Interruption, listenForInterruption } from './interruption.js';
import { requireSuitable } from './model-flag.js';
import { progressView } from './progress-line.js';
import { requireAvailable } from './provider-flag.js';
import { reportHtml } from './report/report-html.js';
import type { Results } from './results.js';
import { type RunConfig, runId } from './run-config.js';
import { recordExperiment, runsFolder } from './store/experiment-record.js';
import { readRun, type StoredRun } from './store/run-folder.js';
import { summarize } from './summarize.js';
import { readTaskData } from './task-data.js';
import { versions } from './versions.js';

/** The flags that say where data come from and results go to, and how the work is done. */
export interface PlaceFlags {
  readonly dataDir?: string | undefined;
  readonly out?: string | undefined;
  readonly json?: true | undefined;
  readonly jobs?: number | undefined;
  readonly retries?: number | undefined;
}

/** What a command adds to the results. */
export interface CarryOutHooks {
  readonly onEpoch?: (epoch: EpochResult) => void;
  /** Called after the runs with each that was completed; what it throws is told after the results. */
  readonly onCompleted?: (run: StoredRun, data: Dataset) => Promise<void>;
}

/** Where nothing is said. */
const defaults = { jobs: 1, retries: 2 } as const;

/**
 * Checks the input, carries out every run that is not over, keeps the results in a folder and prints them.
 * @returns the exit status
 * @throws InputError, DataError before anything is trained
 */
export async function carryOut(
  asked: Experiment,
  { dataDir, out, json, jobs = defaults.jobs, retries = defaults.retries }: PlaceFlags,
  show: (results: Results) => string,
  hooks: CarryOutHooks = {},
): Promise<number> {
  if (asked.provider !== undefined) await requireAvailable(asked.provider);
  const data = await readTaskData(asked, dataDir);
  await requireSuitable(asked.model, data, asked.file);
  const started = new Date();
  const folder = out === undefined ? await createDefaultFolder(asked.name, started) : await openFolder(out);
  const experiment = await recordExperiment(folder, {
    ...asked,
    threads: await threadsFor(asked, data, jobs),
  });

  const interruption = listenForInterruption();
  const failures = new Failures();
  const runs = await trainAll(experiment, data, folder, { dataDir, jobs, retries, interruption, hooks });
  const results = resultsOf(experiment, runs, started);
  process.stdout.write(`${json ? JSON.stringify(results) : show(results)}\n`);
  for (const run of runs)
    if (run.status === 'completed' && hooks.onCompleted)
      await failures.attempt('the network', async () => hooks.onCompleted?.(run, data));
  const file = join(folder, 'results.json');
  await failures.attempt(file, () => writeWhole(file, `${JSON.stringify(results)}\n`));
  const report = join(folder, 'report.html');
  await failures.attempt(report, async () => writeWhole(report, reportHtml(results)));
  for (const message of failures.messages) process.stderr.write(`error: ${message}\n`);
  const closing = closingLine(results, failures.has(report) ? undefined : resolve(report), interruption);
  if (closing) process.stderr.write(`${closing}\n`);
  interruption.dispose();
  const done =
    results.runs.length === plannedRuns(experiment).length &&
    results.runs.every(({ status }) => status === 'completed') &&
    failures.messages.length === 0;
  return interruption.status ?? (done ? 0 : 1);
}

interface TrainAllOptions {
  readonly jobs: number;
  readonly retries: number;
  readonly dataDir: string | undefined;
  readonly interruption: Interruption;
  readonly hooks: CarryOutHooks;
}

/** @returns the runs that have been begun, in the order of the plan */
async function trainAll(
  experiment: Experiment,
  data: Dataset,
  folder: string,
  { hooks, ...options }: TrainAllOptions,
): Promise<readonly StoredRun[]> {
  const parent = join(folder, runsFolder);
  const configs = runConfigs(experiment, data);
  const view = progressView(process.stderr, configs);
  await runAll(configs, {
    ...options,
    folder: parent,
    checkpoint: experiment.checkpoint ?? defaultCheckpoint,
    observer: {
      onProgress: (config, progress) => view.update(config, progress),
      onEpoch: (_, epoch) => {
        view.clear();
        hooks.onEpoch?.(epoch);
      },
      onNote: (config, text) => {
        view.clear();
        process.stderr.write(`${runId(config)}: ${text}\n`);
      },
      onEnd: (run) => view.finished(run),
    },
  });
  view.clear();
  const found = await Promise.all(configs.map((config) => readRun(join(parent, runId(config)))));
  return found.filter(
    (run) => run !== undefined && (run.started !== undefined || run.status === 'failed'),
  ) as readonly StoredRun[];
}

/** All that decides the numbers of each run. */
function runConfigs(experiment: Experiment, data: Dataset): readonly RunConfig[] {
  const { task, text, model, file, epochs, batchSize, augmentation, provider, sample, probes } = experiment;
  const labels = (data.labelShape ?? []).reduce((a, b) => a * b, 1);
  const steps = epochs * Math.ceil(data.train.labels.length / labels / batchSize);
  return plannedRuns(experiment).map(({ optimizer, spec, seed }) => ({
    task,
    ...(text && { text }),
    model,
    ...(file && { file }),
    optimizer,
    spec,
    seed,
    epochs,
    batchSize,
    ...(augmentation && { augmentation }),
    threads: experiment.threads ?? 1,
    ...(provider !== undefined && { provider }),
    ...(sample && { sample }),
    logEvery: experiment.logEvery ?? Math.max(1, Math.ceil(steps / 500)),
    ...(probes && { probes }),
  }));
}

/** As many as suit the network, of those that each of the jobs has. */
async function threadsFor(
  { threads, model, file, batchSize }: Experiment,
  data: Dataset,
  jobs: number,
): Promise<number> {
  if (threads !== undefined) return threads;
  const program = compileProgram(await loadModel(model, data, file), data.shape, data.classes);
  const share = Math.max(1, Math.floor(availableParallelism() / jobs));
  return Math.min(share, suggestedThreads(program, Math.min(batchSize, data.train.labels.length)));
}

function resultsOf(experiment: Experiment, runs: readonly StoredRun[], started: Date): Results {
  const labels = experiment.optimizers.map(({ label }) => label);
  const own = runs.map(({ run }) => run);
  return {
    runs: own,
    summary: summarize(labels, own),
    config: experiment,
    versions: versions(),
    started: started.toISOString(),
  };
}

function closingLine(
  { runs, config }: Results,
  report: string | undefined,
  { status }: Interruption,
): string {
  const completed = runs.filter((run) => run.status === 'completed').length;
  const planned = plannedRuns(config).length;
  return [
    ...(status === undefined ? [] : [`Stopped with ${completed} of ${planned} runs completed.`]),
    ...(report === undefined ? [] : [`Report: ${report}`]),
  ].join(' ');
}
