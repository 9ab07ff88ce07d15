import { dirname } from 'node:path';
import type { Command } from 'commander';
import { carryOutIn, readSuitableData, type WorkFlags } from '../carry-out.js';
import { InputError } from '../input-error.js';
import { showResults } from '../show-results.js';
import { readExperimentRecord } from '../store/experiment-record.js';
import { addWorkOptions } from './shared-options.js';

interface ResumeFlags extends WorkFlags {
  readonly dataDir?: string;
}

/** Adds `spectrain resume`. */
export function addResume(program: Command, end: (status: number) => void): void {
  const command = program
    .command('resume')
    .argument('<folder>', 'of an experiment, or of one of its runs')
    .summary('go on with an experiment that was interrupted')
    .description(
      'Goes on with every run that is not over, from its newest checkpoint, bit for bit as if nothing had happened.',
    )
    .option('--data-dir <path>', 'folder that has the files of the data set (default: the cache)');
  addWorkOptions(command).action(async (folder: string, flags: ResumeFlags) => {
    const found = await findExperiment(folder);
    const data = await readSuitableData(found.experiment, flags);
    end(await carryOutIn(found.folder, found.experiment, data, flags, showResults));
  });
}

/** The folder itself, or that of the experiment that a run belongs to. */
async function findExperiment(folder: string) {
  for (const candidate of [folder, dirname(dirname(folder))]) {
    const experiment = await readExperimentRecord(candidate);
    if (experiment) return { folder: candidate, experiment };
  }
  throw new InputError('folder', folder, 'a folder with an experiment.json, or that of a run in it');
}
