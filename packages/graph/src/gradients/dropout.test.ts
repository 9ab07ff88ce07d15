import { describe, expect, it } from 'vitest';
import { differentiate } from '../differentiate.js';
import { int } from '../graph/attribute.js';
import { Graph, type Value } from '../graph/graph.js';
import { fromOnnx } from '../onnx/from-onnx.js';
import { toOnnx } from '../onnx/to-onnx.js';
import { dropout } from '../operators/dropout.js';
import { mul } from '../operators/elementwise.js';
import { reduceSum } from '../operators/reduce.js';
import { lower } from '../passes/lower.js';
import { checkGradient } from '../testing/check-gradient.js';
import { compileGraph, type TestTensor } from '../testing/run-graph.js';

const size = 400;
const x: TestTensor = {
  dtype: 'float32',
  shape: [4, 100],
  data: Float32Array.from({ length: size }, (_, i) => 1 + i / size),
};

/** A graph that drops elements of x `[n, 100]`, with its output, and its gradient with respect to the sum of squares / 2. */
function withGradient(build: (x: Value) => Value): Graph {
  const graph = new Graph();
  const input = graph.input('x', ['n', 100]);
  const y = build(input);
  graph.output('y', y);
  graph.output('dx', differentiate(reduceSum(mul(mul(y, y), 0.5)), [input])[0]!);
  return graph;
}

const numbers = (tensor: TestTensor | undefined) => Array.from(tensor!.data, Number);

describe('gradient of Dropout', () => {
  it('has the mask of the forward pass, and a new one in every run', async () => {
    const run = await compileGraph(lower(withGradient((value) => dropout(value, { ratio: 0.25, seed: 7 }))));
    const masks = new Set<string>();
    for (let i = 0; i < 3; i++) {
      const { y, dx } = await run({ x });
      const kept = numbers(y).filter((value) => value !== 0).length;
      expect(Math.abs(kept / size - 0.75)).toBeLessThan(0.1);
      numbers(y).forEach((value, j) => {
        expect(value === 0 || Math.abs(value - Number(x.data[j]) / 0.75) < 1e-6).toBe(true);
        expect(Math.abs(numbers(dx)[j]! - value / 0.75)).toBeLessThan(1e-5);
      });
      masks.add(
        numbers(y)
          .map((value) => (value ? 1 : 0))
          .join(''),
      );
    }
    expect(masks.size).toBe(3);
  });

  it('draws the same masks in every session for a seed, others for another', async () => {
    const draw = async (seed: number) => {
      const run = await compileGraph(lower(withGradient((value) => dropout(value, { seed }))));
      return [numbers((await run({ x })).y), numbers((await run({ x })).y)];
    };
    expect(await draw(1)).toEqual(await draw(1));
    expect(await draw(1)).not.toEqual(await draw(2));
  });

  it('is that of the identity in inference mode', async () => {
    await checkGradient(
      [{ shape: ['n', 3], dims: { n: 2 } }],
      (value) => value.graph.add('Dropout', [value]).outputs[0]!,
    );
    await checkGradient([{ shape: ['n', 3], dims: { n: 2 } }], (value) => {
      const { graph } = value;
      return graph.add('Dropout', [value, graph.constant(0.5), graph.constant(0, { dtype: 'bool' })])
        .outputs[0]!;
    });
  });

  it('follows a mode and ratio that are inputs', async () => {
    const graph = new Graph();
    const [input, ratio, training] = [
      graph.input('x', ['n', 100]),
      graph.input('ratio', []),
      graph.input('training', [], 'bool'),
    ];
    const y = graph.add('Dropout', [input, ratio, training]).outputs[0]!;
    graph.output('y', y);
    graph.output('dx', differentiate(reduceSum(y), [input])[0]!);
    const run = await compileGraph(lower(graph));
    for (const [mode, scale] of [
      [0, 1],
      [1, 5],
    ] as const) {
      const { y: result, dx } = await run({
        x,
        ratio: { dtype: 'float32', shape: [], data: Float32Array.of(0.8) },
        training: { dtype: 'bool', shape: [], data: Uint8Array.of(mode) },
      });
      numbers(result).forEach((value, i) => {
        expect(numbers(dx)[i]).toBeCloseTo(value === 0 ? 0 : scale, 5);
      });
    }
  });

  it('works from a file that does not name the mask', async () => {
    const graph = new Graph();
    const input = graph.input('x', ['n', 100]);
    const inputs = [input, graph.constant(0.5), graph.constant(1, { dtype: 'bool' })];
    graph.output('y', graph.add('Dropout', inputs, { seed: int(3) }).outputs[0]!);
    const bytes = toOnnx(graph);
    const read = fromOnnx(bytes);
    expect(toOnnx(read)).toEqual(bytes);
    const y = read.outputs[0]!.value;
    read.output('dx', differentiate(reduceSum(y), [read.inputs[0]!])[0]!);
    const result = await (await compileGraph(lower(read)))({ x });
    expect(numbers(result.dx)).toEqual(numbers(result.y).map((value) => (value === 0 ? 0 : 2)));
  });
});
