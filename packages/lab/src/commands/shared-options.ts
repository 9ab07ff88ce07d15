import type { Command } from 'commander';
import type { PlaceFlags } from '../experiment/carry-out.js';
import { defaultCheckpoint, type ExperimentFlags } from '../experiment/experiment.js';
import { numberFrom, wholeNumber } from '../input/flag-values.js';
import { contextNumber, textDefaults } from '../input/text-flags.js';
import { probeNames } from '../probes/probe-settings.js';
import { taskHint, tasks } from '../tasks/tasks.js';

/** The flags that every command that trains has. */
export type TrainingFlags = ExperimentFlags & PlaceFlags;

const modelDefaults = tasks.map(({ name, model }) => `${name}: ${model}`).join(', ');
const epochDefaults = tasks.map(({ name, epochs }) => `${name}: ${epochs}`).join(', ');
const batchDefaults = tasks.map(({ name, batchSize }) => `${name}: ${batchSize}`).join(', ');

/** Task, model, length and hyperparameters. */
export function addTrainingOptions(command: Command): Command {
  return command
    .optionsGroup('Hyperparameters, for every optimizer that has them:')
    .option('--lr <number>', 'learning rate (default: by task and optimizer)')
    .option('--p <number>', 'exponent of the second moment, in [-1, 1]')
    .option('--momentum <number>', 'momentum, in [0, 1)')
    .option('--weight-decay <number>', 'weight decay')
    .optionsGroup('Task:')
    .option('--task <name>', `what to learn: ${taskHint} (default: ${tasks[0]!.name})`)
    .option(
      '--model <name>',
      `mlp-WIDTH-WIDTH-..., wrn-DEPTH-WIDTH, transformer-LAYERS-WIDTH or FILE.onnx (default: ${modelDefaults})`,
    )
    .option(
      '--trainable <patterns>',
      'of FILE.onnx: weights to train, * for any text, with commas between (default: all)',
    )
    .option(
      '--batch-norm <mode>',
      'of FILE.onnx: train (by statistics of the batch) or freeze (default: train)',
    )
    .option(
      '--epochs <n>',
      `epochs of a run (default: ${epochDefaults})`,
      wholeNumber('--epochs', 1, 1_000_000),
    )
    .option(
      '--batch <n>',
      `examples a step (default: ${batchDefaults})`,
      wholeNumber('--batch', 1, 1_000_000),
    )
    .option('--no-augment', 'leave training examples as they are')
    .option('--data-dir <path>', 'folder that has the files of the data set (default: the cache)')
    .option('--data <file>', 'text in UTF-8 that --task text learns, character by character')
    .option(
      '--context <n>',
      `characters that a prediction from text can see (default: ${textDefaults.context})`,
      contextNumber,
    )
    .option(
      '--threads <n>',
      'threads of the runtime (default: all cores, or one for a small network)',
      wholeNumber('--threads', 1, 256),
    )
    .option(
      '--provider <name>',
      'what computes: cpu, webgpu, cuda, ... as far as this machine has it (default: cpu)',
    )
    .option(
      '--probe <list>',
      `instruments that watch the runs: ${probeNames.join(', ')}, with commas between; NAME:EVERY sets the steps, or epochs, between looks`,
    );
}

/** How the work is done, and what is printed. */
export function addWorkOptions(command: Command): Command {
  return command
    .optionsGroup('Work and output:')
    .option(
      '--jobs <n>',
      'runs at the same time, each in a process of its own (default: 1)',
      wholeNumber('--jobs', 1, 256),
    )
    .option(
      '--retries <n>',
      'how often a run that fails is tried again (default: 2)',
      wholeNumber('--retries', 0, 100),
    )
    .option('--queue <url>', 'have the runs carried out by the workers of a Redis: redis://HOST (see worker)')
    .option('--json', 'print one JSON document instead of text');
}

/** {@link addWorkOptions}, and where results go. */
export function addOutputOptions(command: Command): Command {
  return addWorkOptions(command)
    .option(
      '--checkpoint <seconds>',
      `from one checkpoint of a run to the next (default: ${defaultCheckpoint.seconds})`,
      numberFrom('--checkpoint', 0, 86_400),
    )
    .option(
      '--out <path>',
      'folder for the runs, results.json and report.html; what is not done there is gone on with (default: runs/<date>-<time>-<name>)',
    );
}
