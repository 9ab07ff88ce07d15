import { dirname, relative } from 'node:path';
import { byteSize, loss, minute, none, percent } from '../format.js';
import { runsFolder } from '../store/experiment-record.js';
import { findRuns, type StoredRun, sizeOfFolder } from '../store/run-folder.js';

/** What a list tells of a run. */
export interface RunSummary {
  readonly id: string;
  readonly folder: string;
  /** The folder of its experiment. */
  readonly experiment: string;
  readonly status: StoredRun['status'];
  readonly optimizer: string;
  readonly seed: number;
  readonly trial?: number;
  /** Epochs done, and those to do. */
  readonly epoch: number;
  readonly epochs: number;
  /** After the last epoch that is done, a share. Null where there is none. */
  readonly accuracy: number | null;
  readonly loss: number | null;
  readonly bytes: number;
  /** ISO 8601; null for one that was never begun. */
  readonly started: string | null;
}

/** All runs in a folder, those of the newest experiment first. */
export async function listRuns(folder: string): Promise<readonly RunSummary[]> {
  const runs = await findRuns(folder);
  const sizes = await Promise.all(runs.map((run) => sizeOfFolder(run.folder)));
  const summaries = runs.map((run, i) => summaryOf(run, sizes[i]!));
  const newest = new Map<string, string>();
  for (const { experiment, started } of summaries) {
    const before = newest.get(experiment) ?? '';
    newest.set(experiment, started !== null && started > before ? started : before);
  }
  const timeOf = ({ experiment }: RunSummary) => newest.get(experiment) ?? '';
  return summaries.toSorted((a, b) => (timeOf(a) === timeOf(b) ? 0 : timeOf(a) > timeOf(b) ? -1 : 1));
}

function summaryOf({ id, folder, config, status, run, started }: StoredRun, bytes: number): RunSummary {
  const last = run.epochs.at(-1);
  const parent = dirname(folder);
  const { optimizer, seed, trial, epochs } = config;
  return {
    id,
    folder,
    experiment: parent.endsWith(`/${runsFolder}`) ? dirname(parent) : parent,
    status,
    optimizer,
    seed,
    ...(trial !== undefined && { trial }),
    epoch: last?.epoch ?? 0,
    epochs,
    accuracy: last?.testAccuracy ?? null,
    loss: last?.testLoss ?? null,
    bytes,
    started: started ?? null,
  };
}

/** Rows of a table, a head first; the first four columns are text. */
export function runRows(runs: readonly RunSummary[], folder: string): readonly (readonly string[])[] {
  const head = [
    'run',
    'experiment',
    'status',
    'optimizer',
    'seed',
    'epoch',
    'accuracy %',
    'loss',
    'size',
    'started',
  ];
  const rows = runs.map((run) => [
    run.id,
    relative(folder, run.experiment) || '.',
    run.status,
    run.optimizer,
    String(run.seed),
    `${run.epoch}/${run.epochs}`,
    run.accuracy === null ? none : percent(run.accuracy),
    run.loss === null ? none : loss(run.loss),
    byteSize(run.bytes),
    run.started === null ? none : minute(run.started),
  ]);
  return [head, ...rows];
}
