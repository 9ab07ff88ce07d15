import { z } from 'zod';
import { experimentSchema } from './experiment-schema.js';

/** The JSON Schema of an experiment's file, with which editors complete and check it. */
export function experimentJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: 'spectrain experiment', ...z.toJSONSchema(experimentSchema, { io: 'input' }) };
}
