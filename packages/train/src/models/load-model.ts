import { readFile } from 'node:fs/promises';
import type { Dataset, ModelSpec } from '../types.js';
import type { Model } from './layers.js';
import { ModelFileError, modelFromOnnx } from './model-from-onnx.js';
import { buildModel } from './model-name.js';
import type { TrainableOptions } from './onnx-weights.js';

/** Whether the name of a model is the path of a file. */
export function isModelFile(model: string): boolean {
  return /\.onnx$/i.test(model);
}

/**
 * A model by its name, or from the `.onnx` file of that path, which `options` are for.
 * @throws ModelNameError, ModelFileError
 */
export async function loadModel(
  model: ModelSpec | string,
  { shape, labelShape }: Pick<Dataset, 'shape' | 'labelShape'>,
  options: TrainableOptions = {},
): Promise<Model> {
  if (typeof model !== 'string' || !isModelFile(model)) return buildModel(model, shape, labelShape);
  return modelFromOnnx(await readModelFile(model), { ...options, name: model });
}

async function readModelFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : code;
    throw new ModelFileError(`${path}: ${reason}`, { cause: error });
  }
}
