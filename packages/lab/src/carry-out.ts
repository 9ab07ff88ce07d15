import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Dataset, loadDataSet } from '@spectrain/train';
import { type Experiment, type Job, jobsOf } from './experiment.js';
import { InputError } from './input-error.js';
import { type Interruption, listenForInterruption } from './interruption.js';
import { requireSuitable } from './model-flag.js';
import { type ProgressView, progressView } from './progress-line.js';
import { reportHtml } from './report/report-html.js';
import type { Results, Run } from './results.js';
import { createRunFolder, defaultRunFolder, writeWhole } from './run-folder.js';
import { summarize } from './summarize.js';
import { type RunObserver, trainJob } from './train-job.js';
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
  const data = await loadData(experiment, dataDir);
  const started = new Date();
  const folder = out ?? defaultRunFolder(experiment.task, started);
  await createRunFolder(folder);

  const interruption = listenForInterruption();
  const results = await trainAll(experiment, data, started, folder, interruption, observer);
  const report = join(folder, 'report.html');
  await writeWhole(report, reportHtml(results));
  process.stdout.write(`${json ? JSON.stringify(results) : show(results)}\n`);
  process.stderr.write(`${closingLine(results, resolve(report), interruption)}\n`);
  interruption.dispose();
  return interruption.status ?? (results.runs.every(({ status }) => status === 'completed') ? 0 : 1);
}

async function loadData({ task, model }: Experiment, dataDir: string | undefined): Promise<Dataset> {
  if (dataDir !== undefined) {
    await access(dataDir).catch(() => {
      throw new InputError('--data-dir', dataDir, 'a folder that is there');
    });
  }
  const data = await loadDataSet(task, dataDir === undefined ? {} : { dataDir });
  requireSuitable(model, data.shape);
  return data;
}

async function trainAll(
  config: Experiment,
  data: Dataset,
  started: Date,
  folder: string,
  interruption: Interruption,
  observer: RunObserver,
): Promise<Results> {
  const jobs = jobsOf(config);
  const view = progressView(process.stderr, jobs.length);
  const runs: Run[] = [];
  const labels = config.optimizers.map(({ label }) => label);
  const head = { config, versions: versions(), started: started.toISOString() };
  const results = (): Results => ({ runs, summary: summarize(labels, runs), ...head });
  for (const job of jobs) {
    if (interruption.signal.aborted) break;
    const run = await trainJob(config, data, job, interruption, withProgress(observer, job, view));
    runs.push(run);
    await writeWhole(join(folder, 'results.json'), `${JSON.stringify(results())}\n`);
    view.finished(run);
  }
  return results();
}

function withProgress(observer: RunObserver, job: Job, view: ProgressView): RunObserver {
  const { onEpoch } = observer;
  return {
    ...observer,
    onProgress: (progress) => view.update(job, progress),
    ...(onEpoch && {
      onEpoch: (epoch) => {
        view.clear();
        onEpoch(epoch);
      },
    }),
  };
}

function closingLine({ runs, config }: Results, report: string, { status }: Interruption): string {
  if (status === undefined) return `Report: ${report}`;
  const completed = runs.filter((run) => run.status === 'completed').length;
  const planned = jobsOf(config).length;
  return `Stopped with ${completed} of ${planned} runs completed. Report: ${report}`;
}
