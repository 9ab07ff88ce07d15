import { basename, dirname, join, resolve } from 'node:path';
import { defaultWork, readSuitableData, type WorkFlags, writeResults } from './experiment/carry-out.js';
import { conductRuns } from './experiment/conduct.js';
import { Failures } from './failures.js';
import { InputError } from './input/input-error.js';
import { listenForInterruption } from './interruption.js';
import { readResults } from './results/results-of.js';
import { parseRunConfig } from './run-config/parse-run-config.js';
import { runId } from './run-config/run-config.js';
import { detailsOf, type RunDetails } from './runs/show-run.js';
import { readExperimentRecord } from './store/experiment-record.js';
import { findRuns, readRun, runFiles } from './store/run-folder.js';

/**
 * Goes on with one run and with nothing else of its experiment, whose results are written anew.
 * @param show what to print of the run
 * @returns the exit status
 * @throws InputError where the folder is not one that the run would be looked for in
 */
export async function resumeRun(
  folder: string,
  { dataDir, queue, json, jobs = defaultWork.jobs, retries = defaultWork.retries }: WorkFlags,
  show: (details: RunDetails) => string,
): Promise<number> {
  const path = resolve(folder);
  const stored = await readRun(path);
  if (!stored) throw new InputError('folder', folder, 'the folder of a run');
  const config = parseRunConfig(stored.config, join(folder, runFiles.config));
  const id = runId(config);
  if (basename(path) !== id)
    throw new InputError('folder', folder, `a folder named ${id}, after what is in its ${runFiles.config}`);
  await readSuitableData(config, { dataDir, queue });
  const experimentFolder = dirname(dirname(path));
  const experiment = await readExperimentRecord(experimentFolder);
  const interruption = listenForInterruption();
  await conductRuns([config], experiment ?? {}, dirname(path), {
    dataDir,
    queue,
    jobs,
    retries,
    interruption,
  });
  interruption.dispose();
  const details = await detailsOf((await readRun(path)) ?? stored);
  process.stdout.write(`${json ? JSON.stringify(details) : show(details)}\n`);
  const failures = new Failures();
  if (experiment) {
    const runs = await findRuns(experimentFolder);
    await writeResults(experimentFolder, await readResults(experimentFolder), runs, failures);
  }
  for (const message of failures.messages) process.stderr.write(`error: ${message}\n`);
  const isDone = details.run.status === 'completed' && failures.messages.length === 0;
  return interruption.status ?? (isDone ? 0 : 1);
}
