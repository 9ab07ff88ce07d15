import {
  buildModel,
  type Dataset,
  ModelNameError,
  modelName,
  modelNames,
  parseModel,
} from '@spectrain/train';
import { InputError, nearest } from './input-error.js';

/** The name of a model in its usual form. @throws InputError for one that is not understood */
export function readModel(name: string): string {
  return asInput(() => modelName(parseModel(name)), nearest(name, modelNames));
}

/** @throws InputError when examples of this shape do not suit the model */
export function requireSuitable(model: string, { shape, labelShape }: Dataset): void {
  asInput(() => buildModel(model, shape, labelShape));
}

function asInput<T>(read: () => T, hint = ''): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ModelNameError)) throw error;
    const phrase = error.allowed.replace(/^allowed: |\.$/g, '');
    throw new InputError('--model', error.found, `${phrase}${hint}`);
  }
}
