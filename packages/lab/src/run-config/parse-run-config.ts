import { isModelFile } from '@spectrain/train';
import type { z } from 'zod';
import { checkSchema } from '../input/check-schema.js';
import { type FieldPlace, pathText } from '../input/field-place.js';
import { InputError } from '../input/input-error.js';
import { batchNormModes, readModel } from '../input/model-flag.js';
import { checkSpec } from '../input/optimizer-argument.js';
import {
  anyObject,
  choice,
  label,
  listOf,
  numberBetween,
  object,
  properShare,
  text,
  wholeNumber,
} from '../input/schema-parts.js';
import { requireProbes } from '../probes/probe-settings.js';
import { findTask } from '../tasks/tasks.js';
import type { RunConfig } from './run-config.js';
import { augmentation, batch, epochs, every, normalization, probe, seed, threads } from './run-schemas.js';

const runConfigSchema = object({
  task: text(),
  text: object({ file: text(), context: wholeNumber(1, 4096) }).exactOptional(),
  model: text(),
  file: object({
    trainable: listOf(text(), 'patterns').exactOptional(),
    batchNormalization: choice(batchNormModes).exactOptional(),
  }).exactOptional(),
  optimizer: label(),
  spec: anyObject('an optimizer: an object with kind'),
  seed,
  epochs,
  batchSize: batch,
  augmentation: augmentation.exactOptional(),
  normalization: normalization.exactOptional(),
  threads,
  provider: text().exactOptional(),
  validation: properShare().exactOptional(),
  trial: wholeNumber(0, 1_000_000).exactOptional(),
  sample: object({
    length: wholeNumber(1, 1_000_000),
    temperature: numberBetween(0, 1000),
    prompt: text().exactOptional(),
  }).exactOptional(),
  logEvery: every,
  probes: listOf(probe.options[0], 'probes', 100).exactOptional(),
});

// Whatever the schema lets through is a run.
type Parsed = Omit<z.output<typeof runConfigSchema>, 'spec'> & Pick<RunConfig, 'spec'>;

/**
 * Reads a run that came from elsewhere, a file or a queue, as JSON.
 * @param source what it came as, for messages
 * @throws InputError `config.json: epochs: found 0; allowed: a whole number from 1 to 1000000`
 */
export function parseRunConfig(json: unknown, source = 'run'): RunConfig {
  const place: FieldPlace = (...path) => [source, pathText(path)].filter(Boolean).join(': ');
  requirePlainJson(json, place());
  const config = checkSchema(runConfigSchema, json, place);
  const spec = checkSpec(config.spec, (...path) => place('spec', ...path));
  readModel(config.model, place('model'));
  if (config.file && !isModelFile(config.model))
    throw new InputError(place('file'), config.file, 'only with the path of an .onnx file as model');
  const { isText = false } = findTask(config.task, place('task'));
  requireProbes(config.probes ?? [], config, place);
  if (isText && !config.text) throw new InputError(place('text'), undefined, 'a text, for the task text');
  for (const field of ['text', 'sample'] as const)
    if (!isText && config[field])
      throw new InputError(place(field), config[field], 'only with the task text');
  return { ...config, spec } satisfies Parsed;
}

const mostValues = 10_000;
const mostLevels = 50;

/** Holds off what the checks after it would be exhausted by, or not see. */
function requirePlainJson(json: unknown, field: string): void {
  let level = [json];
  let values = 0;
  for (let depth = 0; level.length > 0; depth++) {
    values += level.length;
    if (depth > mostLevels) throw new InputError(field, 'more', `at most ${mostLevels} levels`);
    if (values > mostValues) throw new InputError(field, 'more', `at most ${mostValues} values`);
    const containers = level.filter((value) => typeof value === 'object' && value !== null);
    if (containers.some((value) => Object.hasOwn(value, '__proto__')))
      throw new InputError(field, '__proto__', 'any other name');
    level = containers.flatMap((value) => Object.values(value));
  }
}
