import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Dataset, findDataSet, loadDataSet } from '@spectrain/train';
import { type Experiment, type PlannedRun, plannedRuns } from './experiment.js';
import { Failures } from './failures.js';
import { InputError } from './input-error.js';
import { type Interruption, listenForInterruption } from './interruption.js';
import { requireSuitable } from './model-flag.js';
import { type ProgressView, progressView } from './progress-line.js';
import { requireAvailable } from './provider-flag.js';
import { reportHtml } from './report/report-html.js';
import type { Results, Run } from './results.js';
import { createDefaultRunFolder, createRunFolder, writeWhole } from './run-folder.js';
import { summarize } from './summarize.js';
import { readText } from './text-data.js';
import { type RunObserver, trainRun } from './train-run.js';
import { versions } from './versions.js';

/** The flags that say where data come from and results go to. */
export interface PlaceFlags {
  readonly dataDir?: string | undefined;
  readonly out?: string | undefined;
  readonly json?: true | undefined;
}

/**
 * Checks the input, trains every run, keeps the results in a folder and prints them.
 * @returns the exit status
 * @throws InputError, DataError before anything is trained
 */
export async function carryOut(
  experiment: Experiment,
  { dataDir, out, json }: PlaceFlags,
  show: (results: Results) => string,
  observer: RunObserver = {},
): Promise<number> {
  if (experiment.provider !== undefined) await requireAvailable(experiment.provider);
  const data = await loadData(experiment, dataDir);
  const started = new Date();
  const folder =
    out === undefined ? await createDefaultRunFolder(experiment.task, started) : await createRunFolder(out);

  const interruption = listenForInterruption();
  const failures = new Failures();
  const results = await trainAll(experiment, data, started, folder, interruption, failures, observer);
  process.stdout.write(`${json ? JSON.stringify(results) : show(results)}\n`);
  const report = join(folder, 'report.html');
  await failures.attempt(report, async () => writeWhole(report, reportHtml(results)));
  for (const message of failures.messages) process.stderr.write(`error: ${message}\n`);
  const closing = closingLine(results, failures.has(report) ? undefined : resolve(report), interruption);
  if (closing) process.stderr.write(`${closing}\n`);
  interruption.dispose();
  const done = results.runs.every(({ status }) => status === 'completed') && failures.messages.length === 0;
  return interruption.status ?? (done ? 0 : 1);
}

async function loadData(experiment: Experiment, dataDir: string | undefined): Promise<Dataset> {
  const { task, text, model, file, sample } = experiment;
  if (text && dataDir !== undefined)
    throw new InputError('--data-dir', dataDir, 'no folder for text, which is read from --data');
  const data = text ? await readText(text, sample) : await readTaskData(task, dataDir);
  await requireSuitable(model, data, file);
  return data;
}

async function readTaskData(task: string, dataDir: string | undefined): Promise<Dataset> {
  if (dataDir !== undefined) {
    if (findDataSet(task).embedded)
      throw new InputError('--data-dir', dataDir, `no folder for ${task}, which ships with the package`);
    const isFolder = await stat(dataDir).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isFolder) throw new InputError('--data-dir', dataDir, 'a folder that is there');
  }
  return loadDataSet(task, dataDir === undefined ? {} : { dataDir });
}

async function trainAll(
  config: Experiment,
  data: Dataset,
  started: Date,
  folder: string,
  interruption: Interruption,
  failures: Failures,
  observer: RunObserver,
): Promise<Results> {
  const planned = plannedRuns(config);
  const view = progressView(process.stderr, planned.length);
  const file = join(folder, 'results.json');
  const runs: Run[] = [];
  const head = { config, versions: versions(), started: started.toISOString() };
  const results = (): Results => ({ runs, summary: summarize(config, runs), ...head });
  for (const next of planned) {
    if (interruption.signal.aborted) break;
    const run = await trainRun(
      config,
      data,
      next,
      interruption,
      withProgress(observer, next, view, failures),
    );
    runs.push(run);
    await failures.attempt(file, () => writeWhole(file, `${JSON.stringify(results())}\n`));
    view.finished(run);
  }
  return results();
}

function withProgress(
  { onEpoch, onCompleted }: RunObserver,
  planned: PlannedRun,
  view: ProgressView,
  failures: Failures,
): RunObserver {
  return {
    ...(onCompleted && {
      onCompleted: (trainer) => failures.attempt('the network', () => onCompleted(trainer)),
    }),
    onProgress: (progress) => view.update(planned, progress),
    ...(onEpoch && {
      onEpoch: (epoch) => {
        view.clear();
        onEpoch(epoch);
      },
    }),
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
