import type { Command } from 'commander';
import { carryOut } from '../experiment/carry-out.js';
import { planExperiment } from '../experiment/experiment.js';
import { wholeNumber } from '../input/flag-values.js';
import { showResults } from '../results/show-results.js';
import { addOutputOptions, addTrainingOptions, type TrainingFlags } from './shared-options.js';

interface CompareFlags extends TrainingFlags {
  readonly optimizers: string;
  readonly seeds: number;
}

const examples = `
Examples:
  spectrain compare
  spectrain compare --optimizers momentum,adam:lr=0.002:beta2=0.99 --seeds 5
  spectrain compare --optimizers smes:p=0,smes:p=0.25,smes:p=0.5 --epochs 10 --out runs/p
  spectrain compare --task cifar10 --data-dir ~/data --json > results.json`;

/** Adds `spectrain compare`. */
export function addCompare(program: Command, end: (status: number) => void): void {
  const command = program
    .command('compare')
    .summary('train several optimizers over several seeds and compare them')
    .description(
      'Trains every optimizer from the same initial weights, on the same batches in the same order, once per seed.',
    )
    .optionsGroup('Comparison:')
    .option(
      '--optimizers <list>',
      'names with commas between; NAME:lr=0.01:beta2=0.99 sets hyperparameters of one',
      'momentum,adam,smes,nsf,lcam',
    )
    .option('--seeds <n>', 'runs per optimizer, with seeds 0 to n-1', wholeNumber('--seeds', 1, 1000), 3);
  addOutputOptions(addTrainingOptions(command))
    .addHelpText('after', examples)
    .action(async (flags: CompareFlags) => {
      const optimizers = flags.optimizers.split(',').map((text) => text.trim());
      const seeds = Array.from({ length: flags.seeds }, (_, seed) => seed);
      const experiment = planExperiment(flags, '--optimizers', optimizers, seeds);
      end(await carryOut(experiment, flags, showResults));
    });
}
