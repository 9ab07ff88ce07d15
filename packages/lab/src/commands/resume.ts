import type { Command } from 'commander';
import { carryOutIn, readSuitableData, type WorkFlags } from '../experiment/carry-out.js';
import { InputError } from '../input/input-error.js';
import { showResults } from '../results/show-results.js';
import { resumeRun } from '../resume-run.js';
import { detailText } from '../runs/show-run.js';
import { readExperimentRecord } from '../store/experiment-record.js';
import { isRunFolder } from '../store/run-folder.js';
import { addWorkOptions } from './shared-options.js';

interface ResumeFlags extends WorkFlags {
  readonly dataDir?: string;
}

/** Adds `spectrain resume`. */
export function addResume(program: Command, end: (status: number) => void): void {
  const command = program
    .command('resume')
    .argument('<folder>', 'of an experiment, or of one of its runs')
    .summary('go on with an experiment, or one run, that was interrupted')
    .description(
      'Goes on with every run of an experiment that is not over, or with one run alone, from its newest checkpoint, bit for bit as if nothing had happened.',
    )
    .option('--data-dir <path>', 'folder that has the files of the data set (default: the cache)');
  addWorkOptions(command).action(async (folder: string, flags: ResumeFlags) => {
    if (await isRunFolder(folder)) return end(await resumeRun(folder, flags, detailText));
    const experiment = await readExperimentRecord(folder);
    if (!experiment)
      throw new InputError('folder', folder, 'a folder with an experiment.json, or that of a run');
    const data = await readSuitableData(experiment, flags);
    end(await carryOutIn(folder, experiment, data, flags, showResults));
  });
}
