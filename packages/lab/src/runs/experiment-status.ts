import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Experiment } from '../experiment/experiment.js';
import { experimentFile, readExperimentRecord, runsFolder } from '../store/experiment-record.js';
import { isRunFolder, readRun, runFiles, type StoredRun } from '../store/run-folder.js';
import { type LockOwner, lockOwner } from '../store/run-lock.js';
import { epochsDone, type PlannedProgress, secondsLeft } from './seconds-left.js';

/** How far an experiment has come. */
export interface ExperimentStatus {
  readonly folder: string;
  readonly name: string;
  /** Runs, those that search for hyperparameters included. */
  readonly planned: number;
  readonly completed: number;
  readonly running: number;
  /** Diverged ones included. */
  readonly failed: number;
  readonly pending: number;
  /** Of the epochs of all planned runs, a share. */
  readonly done: number;
  /** As the epochs so far suggest, with as many runs at the same time as now; null before the first epoch. */
  readonly secondsLeft: number | null;
  readonly processes: readonly RunningProcess[];
}

/** Who is at work on a run. */
export interface RunningProcess {
  readonly run: string;
  readonly epoch: number;
  readonly epochs: number;
  readonly pid: number;
  readonly host: string;
}

/** The status of all experiments in a folder and the folders in it. */
export async function experimentStatuses(folder: string): Promise<readonly ExperimentStatus[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const experiment = entries.some(({ name }) => name === experimentFile)
    ? await readExperimentRecord(folder)
    : undefined;
  const found = experiment ? [await statusOf(folder, experiment)] : [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const inner = join(folder, entry.name);
    const skip = !entry.isDirectory() || entry.name.startsWith('.') || entry.name === 'node_modules';
    if (!skip && !(await isRunFolder(inner))) found.push(...(await experimentStatuses(inner)));
  }
  return found;
}

async function statusOf(folder: string, experiment: Experiment): Promise<ExperimentStatus> {
  const runs = await runsIn(join(folder, runsFolder));
  const plan = planOf(experiment, runs);
  const count = (...statuses: readonly StoredRun['status'][]) =>
    plan.filter(({ run }) => run && statuses.includes(run.status)).length;
  const completed = count('completed');
  const running = count('running');
  const failed = count('failed', 'diverged');
  const epochs = (of: (planned: PlannedProgress) => number) => plan.reduce((sum, each) => sum + of(each), 0);
  const processes = await Promise.all(runs.filter(({ status }) => status === 'running').map(processOf));
  return {
    folder,
    name: experiment.name,
    planned: plan.length,
    completed,
    running,
    failed,
    pending: plan.length - completed - running - failed,
    done: epochs(epochsDone) / epochs((planned) => planned.epochs),
    secondsLeft: secondsLeft(plan),
    processes: processes.filter((process) => process !== undefined),
  };
}

/** The runs of the plan with what there is of them. */
function planOf(experiment: Experiment, runs: readonly StoredRun[]): readonly PlannedProgress[] {
  const finals = pairsOf(experiment).map(({ optimizer, seed }) => ({
    optimizer,
    epochs: experiment.epochs,
    run: runs.find(
      ({ config }) => config.trial === undefined && config.optimizer === optimizer && config.seed === seed,
    ),
  }));
  const { tuning } = experiment;
  const trials = experiment.optimizers.flatMap(({ label }) => {
    const own = runs.filter(({ config }) => config.trial !== undefined && config.optimizer === label);
    const planned = tuning ? tuning.trials * tuning.seeds.length : 0;
    return Array.from({ length: planned }, (_, i) => ({
      optimizer: label,
      epochs: tuning!.epochs,
      run: own[i],
    }));
  });
  return [...trials, ...finals];
}

function pairsOf({ seeds, optimizers }: Experiment) {
  return seeds.flatMap((seed) => optimizers.map(({ label }) => ({ optimizer: label, seed })));
}

async function runsIn(parent: string): Promise<readonly StoredRun[]> {
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(parent, name));
  const runs: StoredRun[] = [];
  for (const folder of folders) {
    const run = await readRun(folder);
    if (run) runs.push(run);
  }
  return runs;
}

async function processOf({ id, folder, config, run }: StoredRun): Promise<RunningProcess | undefined> {
  const owner: LockOwner | undefined = await lockOwner(join(folder, runFiles.lock));
  return (
    owner && {
      run: id,
      epoch: Math.min(config.epochs, run.epochs.length + 1),
      epochs: config.epochs,
      pid: owner.pid,
      // What follows tells containers apart.
      host: owner.host.split(' ')[0]!,
    }
  );
}
