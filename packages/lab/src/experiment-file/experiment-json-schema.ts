import { z } from 'zod';
import { experimentSchema } from './experiment-schema.js';

/**
 * The JSON Schema of an experiment's file, with which editors complete and check it. What a file lacks may stand in the one that it
 * extends, so that nothing is required here.
 */
export function experimentJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(experimentSchema, {
    io: 'input',
    override: ({ jsonSchema, path }) => {
      delete jsonSchema.required;
      // Takes an optimizer of the other file away.
      if (path.join('/') === 'properties/optimizers/additionalProperties')
        jsonSchema.anyOf?.push({ type: 'null' });
    },
  });
  return { title: 'spectrain experiment', ...schema };
}
