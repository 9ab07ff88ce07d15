import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import {
  compileProgram,
  countExamples,
  type Dataset,
  type EpochResult,
  loadModel,
  suggestedThreads,
  writeWhole,
} from '@spectrain/train';
import { Failures } from '../failures.js';
import { requireSuitable } from '../input/model-flag.js';
import { requireAvailable } from '../input/provider-flag.js';
import { type Interruption, listenForInterruption } from '../interruption.js';
import { requireQueue } from '../queue/require-queue.js';
import { probeViews } from '../report/probe-views.js';
import { reportHtml } from '../report/report-html.js';
import type { Results } from '../results/results.js';
import { resultsOf } from '../results/results-of.js';
import type { RunConfig } from '../run-config/run-config.js';
import { recordExperiment, resultsFile } from '../store/experiment-record.js';
import type { StoredRun } from '../store/run-folder.js';
import { type DataConfig, readTaskData } from '../tasks/task-data.js';
import { conduct } from './conduct.js';
import type { Experiment } from './experiment.js';
import { createDefaultFolder, openFolder } from './experiment-folder.js';

/** The flags that say how the work is done, and what is printed. */
export interface WorkFlags {
  readonly dataDir?: string | undefined;
  readonly json?: true | undefined;
  readonly jobs?: number | undefined;
  readonly retries?: number | undefined;
  /** The URL of a Redis whose workers carry out the runs. Absent: this machine does. */
  readonly queue?: string | undefined;
}

export interface PlaceFlags extends WorkFlags {
  readonly out?: string | undefined;
}

/** What a command adds to the results. */
export interface CarryOutHooks {
  readonly onEpoch?: (epoch: EpochResult) => void;
  /** Called after the runs with each that was completed; what it throws is told after the results. */
  readonly onCompleted?: (run: StoredRun, data: Dataset) => Promise<void>;
}

/** Results as text. */
export type ShowResults = (results: Results) => string;

/** Where flags say nothing. */
export const defaultWork = { jobs: 1, retries: 2 } as const;

/**
 * Checks the input, carries out every run that is not over, keeps the results in a folder and prints them.
 * @returns the exit status
 * @throws InputError, DataError before anything is trained
 */
export async function carryOut(
  experiment: Experiment,
  { out, ...flags }: PlaceFlags,
  show: ShowResults,
  hooks: CarryOutHooks = {},
): Promise<number> {
  const data = await readSuitableData(experiment, flags);
  const threads = await threadsFor(experiment, data, flags.jobs ?? defaultWork.jobs);
  const folder =
    out === undefined ? await createDefaultFolder(experiment.name, new Date()) : await openFolder(out);
  const recorded = await recordExperiment(folder, { ...experiment, threads });
  return carryOutIn(folder, recorded, data, flags, show, hooks);
}

/**
 * The data of an experiment, or of one run.
 * @throws InputError where its model, its provider or its data cannot be used here
 */
export async function readSuitableData(
  trained: DataConfig & Pick<RunConfig, 'model' | 'file' | 'provider'>,
  { dataDir, queue }: Pick<WorkFlags, 'dataDir' | 'queue'>,
): Promise<Dataset> {
  if (trained.provider !== undefined) await requireAvailable(trained.provider);
  if (queue !== undefined) await requireQueue(queue, trained);
  const data = await readTaskData(trained, dataDir);
  await requireSuitable(trained.model, data, trained.file);
  return data;
}

/** Carries out what is left of the experiment that the folder is of. @returns the exit status */
export async function carryOutIn(
  folder: string,
  experiment: Experiment,
  data: Dataset,
  { dataDir, json, queue, jobs = defaultWork.jobs, retries = defaultWork.retries }: WorkFlags,
  show: ShowResults,
  { onEpoch, onCompleted }: CarryOutHooks = {},
): Promise<number> {
  const started = new Date().toISOString();
  const interruption = listenForInterruption();
  const failures = new Failures();
  const options = { dataDir, jobs, retries, queue, interruption, ...(onEpoch && { onEpoch }) };
  const conducted = await conduct(experiment, data, folder, options);
  const results = resultsOf(experiment, conducted.runs, conducted.trials, started);
  process.stdout.write(`${json ? JSON.stringify(results) : show(results)}\n`);
  for (const run of conducted.runs)
    if (run.status === 'completed' && onCompleted)
      await failures.attempt('the network', () => onCompleted(run, data));
  const report = await writeResults(folder, results, conducted.runs, failures);
  for (const message of failures.messages) process.stderr.write(`error: ${message}\n`);
  const closing = closingLine(results, failures.has(report) ? undefined : resolve(report), interruption);
  if (closing) process.stderr.write(`${closing}\n`);
  interruption.dispose();
  const done =
    results.runs.length === plannedCount(experiment) &&
    results.runs.every(({ status }) => status === 'completed') &&
    failures.messages.length === 0;
  return interruption.status ?? (done ? 0 : 1);
}

/**
 * Writes `results.json` and `report.html`.
 * @param runs those that count, with what their probes have seen
 * @returns the path of the report
 */
export async function writeResults(
  folder: string,
  results: Results,
  runs: readonly StoredRun[],
  failures: Failures,
): Promise<string> {
  const file = join(folder, resultsFile);
  await failures.attempt(file, () => writeWhole(file, `${JSON.stringify(results)}\n`));
  const report = join(folder, 'report.html');
  await failures.attempt(report, async () =>
    writeWhole(report, reportHtml(results, [await probeViews(runs)])),
  );
  return report;
}

/**
 * Threads of a run: as many as suit the network, of those that each of the jobs has. They are part of what decides the
 * numbers, so they are settled before the first run.
 */
export async function threadsFor(
  { threads, model, file, batchSize }: Experiment,
  data: Dataset,
  jobs: number,
): Promise<number> {
  if (threads !== undefined) return threads;
  const program = compileProgram(await loadModel(model, data, file), data.shape, data);
  const share = Math.max(1, Math.floor(availableParallelism() / jobs));
  return Math.min(share, suggestedThreads(program, Math.min(batchSize, countExamples(data).train)));
}

/** Runs that count. */
function plannedCount({ seeds, optimizers }: Experiment): number {
  return seeds.length * optimizers.length;
}

function closingLine(
  { runs, config }: Results,
  report: string | undefined,
  { status }: Interruption,
): string {
  const completed = runs.filter((run) => run.status === 'completed').length;
  return [
    ...(status === undefined ? [] : [`Stopped with ${completed} of ${plannedCount(config)} runs completed.`]),
    ...(report === undefined ? [] : [`Report: ${report}`]),
  ].join(' ');
}
