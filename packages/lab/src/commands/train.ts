import type { EpochResult } from '@spectrain/train';
import type { Command } from 'commander';
import { carryOut } from '../carry-out.js';
import { planExperiment } from '../experiment.js';
import { wholeNumber } from '../flag-values.js';
import { duration, loss, percent, rate } from '../format.js';
import { notes, problems } from '../results-table.js';
import { requireWritableFile } from '../run-folder.js';
import { addOutputOptions, addTrainingOptions, type TrainingFlags } from './shared-options.js';

interface TrainFlags extends TrainingFlags {
  readonly optimizer: string;
  readonly seed: number;
  readonly save?: string;
}

const examples = `
Examples:
  spectrain train
  spectrain train --optimizer nsf:lr=0.02 --seed 1 --save model.onnx
  spectrain train --task mnist --model mlp-512 --epochs 5`;

/** Adds `spectrain train`. */
export function addTrain(program: Command, end: (status: number) => void): void {
  const command = program
    .command('train')
    .summary('train one network')
    .description('Trains one network with one optimizer and one seed.')
    .optionsGroup('Training:')
    .option('--optimizer <name>', 'a name; NAME:lr=0.01:beta2=0.99 sets hyperparameters', 'adam')
    .option('--seed <n>', 'decides initial weights, order and augmentation', wholeNumber('--seed', 0), 0);
  addOutputOptions(addTrainingOptions(command))
    .option('--save <path>', 'write the trained network as an ONNX file')
    .addHelpText('after', examples)
    .action(async (flags: TrainFlags) => {
      const { save, json } = flags;
      const experiment = planExperiment(flags, '--optimizer', [flags.optimizer], [flags.seed]);
      if (save !== undefined) await requireWritableFile('--save', save);
      const status = await carryOut(
        experiment,
        flags,
        (results) => [...notes(results), ...problems(results)].join('\n'),
        {
          ...(!json && { onEpoch: (epoch) => void process.stdout.write(`${epochLine(epoch)}\n`) }),
          ...(save !== undefined && { onCompleted: (trainer) => trainer.save(save) }),
        },
      );
      end(status);
    });
}

function epochLine(epoch: EpochResult): string {
  return [
    `epoch ${String(epoch.epoch).padStart(3)}`,
    `train loss ${loss(epoch.trainLoss)}`,
    `test loss ${loss(epoch.testLoss)}`,
    `test accuracy ${percent(epoch.testAccuracy)} %`,
    duration(epoch.seconds),
    `${rate(epoch.imagesPerSecond)} images/s`,
  ].join('  ');
}
