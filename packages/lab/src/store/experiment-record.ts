import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeWhole } from '@spectrain/train';
import type { Experiment } from '../experiment/experiment.js';
import { InputError } from '../input/input-error.js';
import { canonical } from '../run-config/run-config.js';
import { systemReason } from '../system-reason.js';
import { parseIf, readIf } from './read-if.js';

/** The file that says what the runs in a folder are for. */
export const experimentFile = 'experiment.json';
export const resultsFile = 'results.json';
/** The folder in it that has the runs. */
export const runsFolder = 'runs';

/** What can be taken from a machine, and so is settled when an experiment begins. */
const settled: readonly (keyof Experiment)[] = ['threads'];

/** The experiment that a folder is of; nothing where it is of none. @throws InputError for one that cannot be read */
export async function readExperimentRecord(folder: string): Promise<Experiment | undefined> {
  const path = join(folder, experimentFile);
  const text = await readIf(path);
  if (text === undefined) return undefined;
  const experiment = parseIf(text);
  if (!isExperiment(experiment)) throw new InputError(path, text.slice(0, 40), 'an experiment as JSON');
  return experiment;
}

/** Tells a file of ours from others; that nobody has changed it is taken for granted. */
function isExperiment(value: unknown): value is Experiment {
  const { task, seeds, optimizers } = (value ?? {}) as Partial<Record<keyof Experiment, unknown>>;
  return typeof task === 'string' && Array.isArray(seeds) && Array.isArray(optimizers);
}

/**
 * Writes down what a folder is for, or finds that it is for that already.
 * @returns the experiment to carry out: one that was begun goes on as it began
 * @throws InputError for the folder of another experiment
 */
export async function recordExperiment(folder: string, experiment: Experiment): Promise<Experiment> {
  const found = await readExperimentRecord(folder);
  if (!found) {
    if (await exists(join(folder, resultsFile)))
      throw new InputError(
        '--out',
        folder,
        `a folder without a ${resultsFile}, or with an ${experimentFile} that it is of`,
      );
    await writeRecord(join(folder, experimentFile), experiment);
    return experiment;
  }
  const names = [...new Set([...Object.keys(found), ...Object.keys(experiment)])] as (keyof Experiment)[];
  const different = names.filter(
    (name) =>
      !settled.includes(name) && canonical(found[name] ?? null) !== canonical(experiment[name] ?? null),
  );
  if (different.length > 0)
    throw new InputError(
      '--out',
      folder,
      `a new folder, or that of the same experiment: this one has other ${different.join(', ')}`,
    );
  return found;
}

async function writeRecord(path: string, experiment: Experiment): Promise<void> {
  try {
    await writeWhole(path, `${JSON.stringify(experiment, null, 2)}\n`);
  } catch (error) {
    throw new Error(`${path} could not be written: ${systemReason(error, dirname(path))}`);
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
