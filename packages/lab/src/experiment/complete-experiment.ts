import type { Augmentation } from '@spectrain/train';
import type { FieldPlace } from '../input/field-place.js';
import { InputError } from '../input/input-error.js';
import { readFileOptions, readModel } from '../input/model-flag.js';
import { readOptimizers } from '../input/optimizer-argument.js';
import { planText } from '../input/text-flags.js';
import { requireProbes } from '../probes/probe-settings.js';
import { findTask, type Task, tasks } from '../tasks/tasks.js';
import { requireSpace } from '../tuning/search-space.js';
import {
  type CheckpointSettings,
  defaultCheckpoint,
  type Experiment,
  type Targets,
  type Tuning,
} from './experiment.js';
import type { CheckpointFields, ExperimentFields, TargetFields, TuningFields } from './experiment-fields.js';

const defaultSeeds = 3;

/** Tuning seeds where only their number is given: out of the way of the final ones. */
const firstTuningSeed = 10_000;

/**
 * Fills what is left open, from the task where it has it.
 * @throws InputError for what does not go together, at its place
 */
export function completeExperiment(fields: ExperimentFields, place: FieldPlace): Experiment {
  const task = findTask(fields.task ?? tasks[0]!.name, place('task'));
  const { text, sample } = planText(task, fields, place);
  const model = fields.model === undefined ? task.model : readModel(fields.model, place('model'));
  const file = readFileOptions(model, fields, place);
  const augmentation = augmentationOf(fields.augmentation ?? true, task, place);
  const { optimizers: requests = [], threads, provider, baseline, normalization, probes } = fields;
  if (requests.length === 0) throw new InputError(place('optimizers'), undefined, 'at least one optimizer');
  const optimizers = readOptimizers(requests, fields, task.lr, place);
  const labels = optimizers.map(({ label }) => label);
  if (baseline !== undefined && !labels.includes(baseline))
    throw new InputError(place('baseline'), baseline, labels);
  const seeds = seedsFrom(fields.seeds ?? defaultSeeds, 0);
  requireOnce(seeds, 'seeds', place);
  requireOnce(probes?.map(({ name }) => name) ?? [], 'probes', place);
  requireProbes(probes ?? [], { task: task.name, ...(provider !== undefined && { provider }) }, place);
  const epochs = fields.epochs ?? task.epochs;
  const tuning = fields.tuning && tuningOf(fields.tuning, task, epochs, seeds, place);
  for (const optimizer of optimizers) requireSpace(optimizer, tuning !== undefined, place);
  const targets = fields.targets && targetsOf(fields.targets);
  return {
    name: fields.name ?? task.name,
    task: task.name,
    ...(text && { text }),
    model,
    ...(file && { file }),
    optimizers,
    seeds,
    epochs,
    batchSize: fields.batch ?? task.batchSize,
    ...(augmentation && { augmentation }),
    ...(normalization && { normalization }),
    ...(threads !== undefined && { threads }),
    ...(sample && { sample }),
    ...(provider !== undefined && { provider }),
    ...(baseline !== undefined && { baseline }),
    ...(tuning && { tuning }),
    ...(targets && { targets }),
    ...(fields.log?.every !== undefined && { logEvery: fields.log.every }),
    ...(fields.checkpoint && { checkpoint: checkpointOf(fields.checkpoint) }),
    ...(probes && probes.length > 0 && { probes }),
  };
}

function seedsFrom(seeds: number | readonly number[], first: number): readonly number[] {
  return typeof seeds === 'number' ? Array.from({ length: seeds }, (_, i) => first + i) : seeds;
}

function requireOnce(
  values: readonly (number | string)[],
  field: 'seeds' | 'probes',
  place: FieldPlace,
): void {
  values.forEach((value, i) => {
    if (values.indexOf(value) < i) throw new InputError(place(field, i), value, 'each once');
  });
}

function augmentationOf(
  asked: boolean | Augmentation,
  task: Task,
  place: FieldPlace,
): Augmentation | undefined {
  if (asked === true) return task.augmentation;
  if (asked === false) return undefined;
  const { crop, flip, shift } = asked;
  if (shift && !task.isText)
    throw new InputError(place('augmentation', 'shift'), shift, 'only with the task text');
  if ((crop || flip) && (task.isText || task.isPoints))
    throw new InputError(place('augmentation', crop ? 'crop' : 'flip'), crop || flip, 'only with images');
  if (!crop && !flip && !shift) return undefined;
  return { ...(crop && { crop }), ...(flip && { flip }), ...(shift && { shift }) };
}

function tuningOf(
  { trials = 20, seeds: asked = 1, validation = 0.1, ...fields }: TuningFields,
  task: Task,
  epochs: number,
  final: readonly number[],
  place: FieldPlace,
): Tuning {
  const seeds = seedsFrom(asked, firstTuningSeed);
  seeds.forEach((seed, i) => {
    const field = typeof asked === 'number' ? place('tuning', 'seeds') : place('tuning', 'seeds', i);
    if (final.includes(seed)) throw new InputError(field, seed, 'none of the seeds of the final runs');
    if (seeds.indexOf(seed) < i) throw new InputError(field, seed, 'each once');
  });
  return {
    trials,
    seeds,
    epochs: fields.epochs ?? epochs,
    validation,
    metric: metricOf(fields.metric, task, place),
  };
}

function metricOf(asked: Tuning['metric'] | undefined, task: Task, place: FieldPlace): Tuning['metric'] {
  if (asked === 'accuracy' && task.isRegression)
    throw new InputError(place('tuning', 'metric'), asked, `loss, as ${task.name} has no classes`);
  return asked ?? (task.isText || task.isRegression ? 'loss' : 'accuracy');
}

function targetsOf({ accuracy, loss }: TargetFields): Targets {
  return {
    ...(accuracy !== undefined && { accuracy: [accuracy].flat() }),
    ...(loss !== undefined && { loss: [loss].flat() }),
  };
}

function checkpointOf({ seconds, last, best }: CheckpointFields): CheckpointSettings {
  return {
    seconds: seconds ?? defaultCheckpoint.seconds,
    last: last ?? defaultCheckpoint.last,
    best: best ?? defaultCheckpoint.best,
  };
}
