import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Dataset, inferenceOnnx, loadModel, readSafetensors } from '@spectrain/train';
import { runFiles, type StoredRun } from './run-folder.js';

/** The trained network of a run that was completed, for inference, as an ONNX file. */
export async function onnxOf({ folder, config }: StoredRun, data: Dataset): Promise<Uint8Array> {
  const { tensors } = readSafetensors(await readFile(join(folder, runFiles.weights)));
  const weights = Object.fromEntries(
    Object.entries(tensors).map(([name, { data: values }]) => [name, values as Float32Array]),
  );
  return inferenceOnnx(await loadModel(config.model, data, config.file), data, weights);
}
