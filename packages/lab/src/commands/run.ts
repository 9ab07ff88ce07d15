import type { Command } from 'commander';
import { carryOut, type PlaceFlags } from '../experiment/carry-out.js';
import { dryRun } from '../experiment/dry-run.js';
import { type OverridingFlags, readExperimentFile } from '../experiment-file/read-experiment-file.js';
import { wholeNumber } from '../input/flag-values.js';
import { showResults } from '../results/show-results.js';
import { addOutputOptions, addTrainingOptions } from './shared-options.js';

interface RunFlags extends OverridingFlags, PlaceFlags {
  readonly dryRun?: true;
}

const examples = `
Examples:
  spectrain run experiments/digits.yaml --jobs 2
  spectrain run experiments/digits.yaml --optimizers adam,nsf --seeds 3
  spectrain run experiments/lcam-figure-4.yaml --dry-run`;

/** Adds `spectrain run`. */
export function addRun(program: Command, end: (status: number) => void): void {
  const command = program
    .command('run')
    .argument('<file>', 'an experiment in YAML or JSON; "spectrain schema" prints what may be in it')
    .summary('carry out an experiment from a file')
    .description(
      'Carries out the experiment in a file: tunes every optimizer with as many trials, if the file asks for it, then trains each once per seed. Flags go before the fields of the file.',
    )
    .optionsGroup('Experiment:')
    .option(
      '--optimizers <list>',
      'names in the file, or optimizers such as adam:lr=0.01, with commas between',
    )
    .option('--seeds <n>', 'runs per optimizer, with seeds 0 to n-1', wholeNumber('--seeds', 1, 1000))
    .option('--dry-run', 'print the plan, with time and memory from some measured steps, and train nothing');
  addOutputOptions(addTrainingOptions(command))
    .addHelpText('after', examples)
    .action(async (file: string, flags: RunFlags) => {
      const { dryRun: isDry, out, dataDir, json, jobs, retries, queue, ...overriding } = flags;
      const experiment = await readExperimentFile(file, overriding);
      if (isDry) {
        process.stdout.write(`${await dryRun(experiment, { dataDir, jobs, json })}\n`);
        return end(0);
      }
      end(await carryOut(experiment, { out, dataDir, json, jobs, retries, queue }, showResults));
    });
}
