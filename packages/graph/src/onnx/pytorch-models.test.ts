/** Models that PyTorch wrote, and its gradients of them; testdata/export_models.py made both. */
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { differentiate } from '../differentiate.js';
import type { Graph, Value } from '../graph/graph.js';
import { mul } from '../operators/elementwise.js';
import { reduceSum } from '../operators/reduce.js';
import { lower } from '../passes/lower.js';
import { compileGraph, type TestTensor } from '../testing/run-graph.js';
import { fromOnnx } from './from-onnx.js';
import { toOnnx } from './to-onnx.js';

interface Packed {
  readonly dtype: 'float32' | 'int64';
  readonly shape: readonly number[];
  /** Base64 of little-endian elements. */
  readonly data: string;
}

interface Expected {
  readonly x: Packed;
  readonly y: Packed;
  readonly weights: Packed;
  readonly gradients: Readonly<Record<string, Packed>>;
}

const folder = new URL('../../testdata/models/', import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.onnx'))
  .map((file) => file.replace('.onnx', ''));

describe.each(names)('%s', (name) => {
  const read = async () => {
    const graph = fromOnnx(await readFile(new URL(`${name}.onnx`, folder)));
    const expected: Expected = JSON.parse(await readFile(new URL(`${name}.json`, folder), 'utf8'));
    return { graph, expected };
  };

  it('gives PyTorch’s output, and so does what is written again', async () => {
    const { graph, expected } = await read();
    expect(graph.outputs[0]!.value.shape).toEqual(['n', ...expected.y.shape.slice(1)]);
    for (const same of [lower(graph), fromOnnx(toOnnx(lower(graph)))]) {
      const { y } = await (await compileGraph(same))({ x: unpack(expected.x) });
      expectClose(y!, expected.y, 'y');
    }
  });

  it('gives PyTorch’s gradients of all parameters', async () => {
    const { graph, expected } = await read();
    const y = graph.outputs[0]!.value;
    const loss = reduceSum(mul(y, graph.input('weights', y.shape)));
    const wrt = Object.keys(expected.gradients);
    const computed = differentiate(
      loss,
      wrt.map((parameter) => weightOf(graph, parameter)),
    );
    computed.forEach((gradient, i) => {
      graph.output(`gradient of ${wrt[i]}`, gradient);
    });
    const run = await compileGraph(lower(graph));
    const results = await run({ x: unpack(expected.x), weights: unpack(expected.weights) });
    const largest = Math.max(...wrt.flatMap((name) => largestOf(expected.gradients[name]!)));
    // A bias before a normalisation has a gradient of 0, of which rounding leaves some noise.
    for (const parameter of wrt)
      expectClose(
        results[`gradient of ${parameter}`]!,
        expected.gradients[parameter]!,
        parameter,
        largest / 1e3,
      );
  });
});

function weightOf(graph: Graph, name: string): Value {
  const value = [...graph.inputs, ...graph.constants].find((candidate) => candidate.name === name);
  if (!value) throw new Error(`the file has no "${name}"`);
  return value;
}

function unpack({ dtype, shape, data }: Packed): TestTensor {
  const bytes = Uint8Array.from(Buffer.from(data, 'base64')).buffer;
  return { dtype, shape, data: dtype === 'int64' ? new BigInt64Array(bytes) : new Float32Array(bytes) };
}

function largestOf(packed: Packed): number {
  return Math.max(...Array.from(unpack(packed).data, Number).map(Math.abs));
}

/** Both sides have float32's rounding; errors are relative to the largest element, or to `least` if that is more. */
function expectClose(actual: TestTensor, packed: Packed, name: string, least = 0): void {
  const expected = Array.from(unpack(packed).data, Number);
  expect(actual.shape, name).toEqual(packed.shape);
  const scale = Math.max(least, largestOf(packed));
  expected.forEach((value, i) => {
    expect(Math.abs(Number(actual.data[i]) - value) / scale, `${name}[${i}]`).toBeLessThan(1e-4);
  });
}
