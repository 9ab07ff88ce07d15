import { readFile } from 'node:fs/promises';
import type { ClassificationDataset, ModelSpec, RegressionDataset } from '../types.js';
import type { Model } from './layers.js';
import { ModelFileError, modelFromOnnx, type OnnxModelOptions } from './model-from-onnx.js';
import { buildModel } from './model-name.js';

/** Whether the name of a model is the path of a file. */
export function isModelFile(model: string): boolean {
  return /\.onnx$/i.test(model);
}

/**
 * A model by its name, or from the `.onnx` file of that path, which `options` are for. The loss of a file is by default the
 * usual one of the data.
 * @throws ModelNameError, ModelFileError
 */
export async function loadModel(
  model: ModelSpec | string,
  data:
    | Pick<ClassificationDataset, 'kind' | 'shape' | 'labelShape'>
    | Pick<RegressionDataset, 'kind' | 'shape'>,
  options: Omit<OnnxModelOptions, 'name'> = {},
): Promise<Model> {
  const isRegression = data.kind === 'regression';
  if (typeof model !== 'string' || !isModelFile(model))
    return buildModel(model, data.shape, isRegression ? [] : data.labelShape);
  const loss = isRegression ? 'mse' : 'crossEntropy';
  return modelFromOnnx(await readModelFile(model), { loss, ...options, name: model });
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
