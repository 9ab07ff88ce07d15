import { type EpochResult, writeWhole } from '@spectrain/train';
import type { Command } from 'commander';
import { carryOut } from '../experiment/carry-out.js';
import { type Experiment, planExperiment } from '../experiment/experiment.js';
import { requireWritableFile } from '../experiment/experiment-folder.js';
import { duration, loss, percent, perplexity, rate } from '../format.js';
import { wholeNumber } from '../input/flag-values.js';
import { sampleNumber, temperatureNumber, textDefaults } from '../input/text-flags.js';
import type { Results } from '../results/results.js';
import { notes, problems } from '../results/results-table.js';
import { onnxOf } from '../store/onnx-of.js';
import { findTask, tasks } from '../tasks/tasks.js';
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
  spectrain train --model model.onnx --save tuned.onnx
  spectrain train --task mnist --model mlp-512 --epochs 5
  spectrain train --task text --data notes.txt --epochs 30 --prompt "The "`;

/** Adds `spectrain train`. */
export function addTrain(program: Command, end: (status: number) => void): void {
  const command = program
    .command('train')
    .summary('train one network')
    .description('Trains one network with one optimizer and one seed.')
    .optionsGroup('Training:')
    .option('--optimizer <name>', 'a name; NAME:lr=0.01:beta2=0.99 sets hyperparameters', 'adam')
    .option('--seed <n>', 'decides initial weights, order and augmentation', wholeNumber('--seed', 0), 0);
  addTrainingOptions(command)
    .optionsGroup('At the end of --task text:')
    .option('--sample <n>', `characters to write; 0: none (default: ${textDefaults.sample})`, sampleNumber)
    .option(
      '--temperature <number>',
      `0: always the likeliest character; 1: as the network says (default: ${textDefaults.temperature})`,
      temperatureNumber,
    )
    .option('--prompt <text>', 'what to go on from (default: the start of a line)');
  addOutputOptions(command)
    .option('--save <path>', 'write the trained network as an ONNX file')
    .addHelpText('after', examples)
    .action(async (flags: TrainFlags) => {
      const { save, json } = flags;
      const sample = flags.sample ?? (findTask(flags.task ?? tasks[0]!.name).isText && textDefaults.sample);
      const experiment = planExperiment({ ...flags, sample }, '--optimizer', [flags.optimizer], [flags.seed]);
      if (save !== undefined) await requireWritableFile('--save', save);
      const status = await carryOut(
        experiment,
        flags,
        (results) => [...notes(results), ...problems(results), ...samples(results)].join('\n'),
        {
          ...(!json && {
            onEpoch: (epoch) => void process.stdout.write(`${epochLine(epoch, experiment)}\n`),
          }),
          ...(save !== undefined && {
            onCompleted: async (run, data) => writeWhole(save, await onnxOf(run, data)),
          }),
        },
      );
      end(status);
    });
}

function epochLine(epoch: EpochResult, { text }: Experiment): string {
  const perSecond = epoch.examplesPerSecond;
  return [
    `epoch ${String(epoch.epoch).padStart(3)}`,
    `train loss ${loss(epoch.trainLoss)}`,
    `test loss ${loss(epoch.testLoss)}`,
    ...(text ? [`perplexity ${perplexity(epoch.testLoss)}`] : []),
    ...(epoch.testAccuracy === undefined ? [] : [`test accuracy ${percent(epoch.testAccuracy)} %`]),
    duration(epoch.seconds),
    text ? `${rate(perSecond * text.context)} characters/s` : `${rate(perSecond)} images/s`,
  ].join('  ');
}

/** What the network wrote, after the prompt. */
function samples({ runs, config }: Results): readonly string[] {
  const { prompt = '', temperature } = config.sample ?? {};
  return runs.flatMap(({ sample, seed }) =>
    sample === undefined
      ? []
      : [`Sample at temperature ${temperature}, seed ${seed}:`, '', `${prompt}${sample}`],
  );
}
