import { dataSets } from '@spectrain/train';
import type { CheckpointSettings } from '../experiment.js';
import { InputError } from '../input-error.js';
import { readModel } from '../model-flag.js';
import type { RunConfig } from '../run-config.js';
import { requireTravels } from './require-travels.js';

/** What a job of the queue says: one run, and where its results are waited for. */
export interface Payload {
  /** Of this structure. */
  readonly format: 1;
  /** The experiment's name in the queue, see `queue-record.ts`. */
  readonly experiment: string;
  readonly config: RunConfig;
  readonly checkpoint: CheckpointSettings;
}

/**
 * Reads the payload of a job as one reads a file: anybody who reaches the Redis can put anything there.
 * @throws InputError that names the field, what was found and what is allowed
 */
export function parsePayload(json: unknown): Payload {
  const { format, experiment, config, checkpoint } = recordOf('payload', json);
  if (format !== 1) throw wrong('format', format, '1; are coordinator and worker of the same version?');
  if (typeof experiment !== 'string' || !/^[0-9a-z]{1,64}$/.test(experiment))
    throw wrong('experiment', experiment, 'up to 64 digits and small letters');
  // MERGE: `parseRunConfig(config)` of the experiment files' schema takes the place of `checkConfig(config)`.
  const run = checkConfig(config);
  requireTravels(run);
  return { format, experiment, config: run, checkpoint: checkCheckpoint(checkpoint) };
}

function checkCheckpoint(json: unknown): CheckpointSettings {
  const { seconds, last, best } = recordOf('checkpoint', json);
  if (typeof seconds !== 'number' || !(seconds >= 0))
    throw wrong('checkpoint.seconds', seconds, 'a number >= 0');
  if (!isWhole(last, 1)) throw wrong('checkpoint.last', last, 'a whole number >= 1');
  if (typeof best !== 'boolean') throw wrong('checkpoint.best', best, 'true or false');
  return { seconds, last, best };
}

/** Only what could harm the worker, as opposed to the run, which then fails. */
function checkConfig(json: unknown): RunConfig {
  const config = recordOf('config', json);
  const { task, model, optimizer, spec } = config;
  const names = dataSets.map(({ name }) => name);
  if (typeof task !== 'string' || ![...names, 'text'].includes(task))
    throw wrong('config.task', task, names.join(', '));
  if (typeof model !== 'string') throw wrong('config.model', model, 'the name of a model');
  readModel(model);
  if (typeof optimizer !== 'string' || optimizer === '') throw wrong('config.optimizer', optimizer, 'a name');
  recordOf('config.spec', spec);
  const wholes = { seed: 0, epochs: 1, batchSize: 1, threads: 1, logEvery: 1 } as const;
  for (const [name, least] of Object.entries(wholes))
    if (!isWhole(config[name], least))
      throw wrong(`config.${name}`, config[name], `a whole number >= ${least}`);
  // It is in the name of the run's folder.
  if (config.trial !== undefined && !isWhole(config.trial, 0))
    throw wrong('config.trial', config.trial, 'a whole number >= 0');
  return config as unknown as RunConfig;
}

function recordOf(field: string, json: unknown): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw wrong(field, json, 'an object with fields');
  return json as Readonly<Record<string, unknown>>;
}

function isWhole(value: unknown, least: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least;
}

function wrong(field: string, found: unknown, allowed: string): InputError {
  return new InputError(field, String(JSON.stringify(found)).slice(0, 60), allowed);
}
