/** Files that PyTorch wrote, and what it computes with them; testdata/export.py made both. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { differentiate } from '../differentiate.js';
import { mul } from '../operators/elementwise.js';
import { reduceSum } from '../operators/reduce.js';
import { lower } from '../passes/lower.js';
import { compileGraph, type TestTensor } from '../testing/run-graph.js';
import { fromOnnx } from './from-onnx.js';
import { toOnnx } from './to-onnx.js';

interface Listed {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Expected {
  readonly x: Listed;
  readonly y: Listed;
  readonly weights: Listed;
  readonly gradients: Readonly<Record<string, Listed>>;
}

const testdata = new URL('../../testdata/', import.meta.url);

describe.each([
  ['mlp-opset13', 5],
  ['residual-opset13', 9],
  ['residual-opset17', 9],
  ['residual-folded-opset17', 6],
  ['normalized-opset13', 12],
  ['normalized-opset17', 12],
])('%s', (file, gradientCount) => {
  const read = async () => {
    const graph = fromOnnx(await readFile(new URL(`${file}.onnx`, testdata)));
    const expected: Expected = JSON.parse(await readFile(new URL(`${file}.json`, testdata), 'utf8'));
    return { graph, expected };
  };

  it('has the types that the file states', async () => {
    const { graph, expected } = await read();
    expect(graph.inputs.map(({ name }) => name)).toEqual(['x']);
    expect(graph.inputs[0]!.shape).toEqual(['n', ...expected.x.shape.slice(1)]);
    expect(graph.outputs.map(({ name, value }) => [name, value.shape])).toEqual([['y', ['n', 3]]]);
  });

  it('gives the same output, and so does what is written again', async () => {
    const { graph, expected } = await read();
    for (const same of [graph, fromOnnx(toOnnx(graph))]) {
      const { y } = await (await compileGraph(same))({ x: float32(expected.x) });
      expectClose(y!, expected.y, 'y');
    }
  });

  it('gives the same gradients of input and initialisers', async () => {
    const { graph, expected } = await read();
    const y = graph.outputs[0]!.value;
    const loss = reduceSum(mul(y, graph.input('weights', y.shape)));
    const names = Object.keys(expected.gradients);
    expect(names).toHaveLength(gradientCount);
    const wrt = names.map((name) => [...graph.inputs, ...graph.constants].find((v) => v.name === name)!);
    differentiate(loss, wrt).forEach((gradient, i) => {
      graph.output(`gradient of ${names[i]}`, gradient);
    });
    const run = await compileGraph(lower(graph));
    const results = await run({ x: float32(expected.x), weights: float32(expected.weights) });
    for (const name of names) expectClose(results[`gradient of ${name}`]!, expected.gradients[name]!, name);
  });
});

function float32({ shape, data }: Listed): TestTensor {
  return { dtype: 'float32', shape, data: Float32Array.from(data) };
}

/** Both sides have float32's rounding; sums are of a few hundred numbers. */
function expectClose(actual: TestTensor, expected: Listed, name: string): void {
  expect(actual.shape, name).toEqual(expected.shape);
  const scale = Math.max(...expected.data.map(Math.abs));
  expected.data.forEach((value, i) => {
    expect(Math.abs(Number(actual.data[i]) - value) / scale, `${name}[${i}]`).toBeLessThan(1e-5);
  });
}
