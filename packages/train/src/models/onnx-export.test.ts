/** What is exported of the files that PyTorch wrote for @spectrain/graph, before anything is trained. */
import { readdirSync, readFileSync } from 'node:fs';
import { fromOnnx, toOnnx } from '@spectrain/graph';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { modelFromOnnx } from './model-from-onnx.js';

const testdata = new URL('../../../graph/testdata/', import.meta.url);
const files = readdirSync(testdata, { recursive: true, encoding: 'utf8' })
  // The loss is no one for independent probabilities.
  .filter((file) => file.endsWith('.onnx') && !file.endsWith('-decoder.onnx'));

it.each(files)('%s gives what the file gives', async (file) => {
  const bytes = readFileSync(new URL(file, testdata));
  const exported = toOnnx(modelFromOnnx(bytes).exported!({}));
  // In another operator set ONNX Runtime fuses other nodes, and rounds elsewhere.
  const options = { logSeverityLevel: 3, graphOptimizationLevel: 'disabled' } as const;
  const [before, after] = [
    await InferenceSession.create(bytes, options),
    await InferenceSession.create(exported, options),
  ];
  expect(after.inputNames).toEqual(before.inputNames);
  expect(after.outputNames).toEqual(before.outputNames);
  const { name, dtype, shape } = fromOnnx(bytes).inputs[0]!;
  const dims = shape.map((dim) => (typeof dim === 'number' ? dim : 2));
  const length = dims.reduce((a, b) => a * b, 1);
  const x =
    dtype === 'int64'
      ? new Tensor(
          'int64',
          BigInt64Array.from({ length }, (_, i) => BigInt(i % 7)),
          dims,
        )
      : new Tensor(
          'float32',
          Float32Array.from({ length }, (_, i) => Math.sin(i)),
          dims,
        );
  const [expected, own] = [await before.run({ [name]: x }), await after.run({ [name]: x })];
  expect(own.y!.dims).toEqual(expected.y!.dims);
  expect(own.y!.data).toEqual(expected.y!.data);
});
