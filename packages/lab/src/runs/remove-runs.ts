import { lstat, readdir, rm, rmdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { InputError } from '../input/input-error.js';
import { experimentFile, readExperimentRecord, resultsFile, runsFolder } from '../store/experiment-record.js';
import { isRunFolder, runFiles } from '../store/run-folder.js';
import { RunBusyError, RunLock } from '../store/run-lock.js';
import { findRunFolder } from './run-argument.js';

/** Folders to be removed: of runs, and what an experiment has besides its runs. */
export interface Removal {
  readonly runs: readonly string[];
  readonly experiments: readonly string[];
}

/**
 * Finds what is meant by paths of runs and experiments, and by ids of runs. Links are not followed.
 * @throws InputError for anything else
 */
export async function planRemoval(texts: readonly string[]): Promise<Removal> {
  const runs = new Set<string>();
  const experiments = new Set<string>();
  for (const text of texts) {
    const path = resolve(text);
    if (text !== '' && (await isFolder(path)) && !(await isRunFolder(path)) && (await isExperiment(path))) {
      experiments.add(path);
      for (const run of await runsOf(path)) runs.add(run);
    } else runs.add(await requireNoLink(text, resolve(await findRunFolder(text))));
  }
  return { runs: [...runs], experiments: [...experiments] };
}

/**
 * Removes runs, and experiments as far as they consist of what is known of them: a file of somebody else's stays, and so does then
 * the folder.
 * @throws InputError, before anything is removed, where a process is at work on one of the runs
 */
export async function removeRuns({ runs, experiments }: Removal): Promise<void> {
  const locks: RunLock[] = [];
  try {
    for (const run of runs) locks.push(await lockOf(run));
    for (const run of runs) await rm(run, { recursive: true, force: true });
  } finally {
    for (const lock of locks) await lock.release();
  }
  for (const folder of experiments) {
    for (const name of [resultsFile, 'report.html', experimentFile])
      await rm(join(folder, name), { force: true });
    for (const empty of [join(folder, runsFolder), folder]) await rmdir(empty).catch(() => {});
  }
}

async function requireNoLink(text: string, path: string): Promise<string> {
  if (!(await isFolder(path))) throw new InputError('run', text, 'the folder of a run, not a link to it');
  return path;
}

async function lockOf(run: string): Promise<RunLock> {
  try {
    return await RunLock.acquire(join(run, runFiles.lock));
  } catch (error) {
    if (!(error instanceof RunBusyError)) throw error;
    throw new InputError('run', basename(run), `a run that is not under way (${error.message})`);
  }
}

async function runsOf(experiment: string): Promise<readonly string[]> {
  const parent = join(experiment, runsFolder);
  if (!(await isFolder(parent))) return [];
  const entries = await readdir(parent, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(parent, name));
  const are = await Promise.all(folders.map(isRunFolder));
  return folders.filter((_, i) => are[i]);
}

async function isExperiment(folder: string): Promise<boolean> {
  return (await readExperimentRecord(folder)) !== undefined;
}

function isFolder(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
