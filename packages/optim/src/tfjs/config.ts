import type { serialization } from '@tensorflow/tfjs-core';
import type { OptimizerSpec } from '../optimizer-spec.js';
import { OptimizerSpecError } from '../optimizer-spec-error.js';
import { validateSpec } from '../validate-spec.js';

/**
 * A spec for the file of a model. As text without underscores, since on loading TensorFlow.js writes every `snake_case`
 * as `camelCase`, even in values, and would so change the patterns of groups.
 * Throws an `Error` for a spec with a signal that is a function.
 */
export function configOf(spec: OptimizerSpec): serialization.ConfigDict {
  try {
    validateSpec(spec);
  } catch (cause) {
    throw new Error(`this optimizer cannot be saved: ${(cause as Error).message}`, { cause });
  }
  return { spec: JSON.stringify(spec).replaceAll('_', '\\u005f') };
}

/** Reads {@link configOf}. Throws an `OptimizerSpecError` where there is no spec in `config`. */
export function specOf({ spec }: serialization.ConfigDict): OptimizerSpec {
  if (typeof spec !== 'string') throw new OptimizerSpecError('spec', spec, 'a spec as JSON');
  return validateSpec(JSON.parse(spec));
}
