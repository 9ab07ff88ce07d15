import type { CheckpointSettings } from '../experiment/experiment.js';
import { checkSchema } from '../input/check-schema.js';
import { pathText } from '../input/field-place.js';
import { anyObject, flag, numberBetween, object, textLike, wholeNumber } from '../input/schema-parts.js';
import { parseRunConfig } from '../run-config/parse-run-config.js';
import type { RunConfig } from '../run-config/run-config.js';
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

const payloadSchema = object({
  format: wholeNumber(1, 1), // Another one is of another version of spectrain.
  experiment: textLike(/^[0-9a-z]{1,64}$/, 'up to 64 digits and small letters'),
  config: anyObject('a run'),
  checkpoint: object({
    seconds: numberBetween(0, 1e9),
    last: wholeNumber(1),
    best: flag(),
  }),
});

/**
 * Reads the payload of a job as one reads a file: anybody who reaches the Redis can put anything there.
 * @throws InputError that names the field, what was found and what is allowed
 */
export function parsePayload(json: unknown): Payload {
  const { format, experiment, config, checkpoint } = checkSchema(payloadSchema, json, (...path) =>
    pathText(['payload', ...path]),
  );
  const run = parseRunConfig(config, 'config');
  requireTravels(run);
  return { format: format as 1, experiment, config: run, checkpoint };
}
