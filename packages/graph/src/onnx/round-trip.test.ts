import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { float, int, ints } from '../graph/attribute.js';
import { Graph } from '../graph/graph.js';
import { lower } from '../passes/lower.js';
import { editOnnx } from '../testing/edit-onnx.js';
import { compileOnnx } from '../testing/run-graph.js';
import { smallNetwork } from '../testing/small-network.js';
import { fromOnnx } from './from-onnx.js';
import { ModelProtoSchema } from './messages.js';
import { toOnnx } from './to-onnx.js';

const inputs = {
  x: {
    dtype: 'float32',
    shape: [2, 2, 5, 5],
    data: Float32Array.from({ length: 100 }, (_, i) => Math.cos(i)),
  },
  labels: { dtype: 'int64', shape: [2], data: BigInt64Array.of(0n, 2n) },
} as const;

describe('a graph written and read', () => {
  it('gives the same outputs and, written again, the same bytes', async () => {
    const bytes = toOnnx(lower(smallNetwork()));
    const read = fromOnnx(bytes);
    expect(toOnnx(fromOnnx(toOnnx(read)))).toEqual(toOnnx(read));
    const [first, second] = [await compileOnnx(bytes), await compileOnnx(toOnnx(read))];
    const [expected, actual] = [await first(inputs), await second(inputs)];
    expect(Object.keys(actual)).toEqual(['logits', 'loss', 'dw', 'again', 'x_too', 'w_too']);
    expect(actual).toEqual(expected);
    expect(actual.again).toEqual(actual.loss);
    expect(actual.x_too!.data).toEqual(inputs.x.data);
  });

  it('has the same types', () => {
    const graph = smallNetwork();
    const read = fromOnnx(toOnnx(graph));
    const types = ({ outputs }: Graph) =>
      outputs.map(({ name, value: { dtype, shape } }) => [name, dtype, shape]);
    expect(types(read)).toEqual(types(graph));
    expect(read.name).toBe('net');
  });

  it('has the attributes and node names of the graph in memory, each name once', () => {
    const graph = new Graph();
    const x = graph.input('x', [2, 2]);
    graph.output('copy', x);
    // A node may be called like an output, which is written as a node here.
    const { outputs } = graph.add('Gemm', [x, x], { alpha: float(0.1) }, { name: 'copy' });
    graph.output('y', outputs[0]!);
    const { graph: proto } = fromBinary(ModelProtoSchema, toOnnx(graph));
    const names = proto!.node.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(fromOnnx(toOnnx(graph)).nodes[0]!.attributes).toEqual(graph.nodes[0]!.attributes);
  });

  it('serves two batch sizes in one session', async () => {
    const run = await compileOnnx(toOnnx(lower(smallNetwork())));
    const both = await run(inputs);
    const losses: number[] = [];
    for (const i of [0, 1]) {
      const x = { ...inputs.x, shape: [1, 2, 5, 5], data: inputs.x.data.slice(50 * i, 50 * (i + 1)) };
      const single = await run({
        x,
        labels: { ...inputs.labels, shape: [1], data: inputs.labels.data.slice(i, i + 1) },
      });
      expect(single.logits!.shape).toEqual([1, 3]);
      losses.push(Number(single.loss!.data[0]));
    }
    expect((losses[0]! + losses[1]!) / 2).toBeCloseTo(Number(both.loss!.data[0]), 6);
  });

  it('is read from elements in typed fields too', () => {
    const graph = fromOnnx(
      editOnnx(toOnnx(smallNetwork()), ({ graph: proto }) => {
        const w = proto!.initializer.find(({ name }) => name === 'w')!;
        w.floatData = [...new Float32Array(Uint8Array.from(w.rawData).buffer)];
        w.rawData = new Uint8Array();
      }),
    );
    expect(graph.constants.find(({ name }) => name === 'w')!.data).toEqual(
      Float32Array.from({ length: 54 }, (_, i) => Math.sin(i)),
    );
  });

  it('has names of its own for what is added on the way', async () => {
    const graph = new Graph();
    const x = graph.input('x', ['n', 3]);
    // Before operator set 18 axes were an attribute; the reader makes them a constant, and a later value is called so.
    const outputTypes = [{ dtype: 'float32', shape: ['n'] }] as const;
    const old = graph.add('ReduceMean', [x], { axes: ints([1]), keepdims: int(0) }, { outputTypes });
    const last = graph.add('Relu', old.outputs, {}, { outputNames: ['constant'] });
    graph.output('constant', last.outputs[0]!);
    const read = fromOnnx(toOnnx(graph));
    expect(read.constants.map(({ name, data }) => [name, data])).toEqual([
      ['constant_1', BigInt64Array.of(1n)],
    ]);
    const run = await compileOnnx(toOnnx(read));
    const result = await run({ x: { dtype: 'float32', shape: [1, 3], data: Float32Array.of(1, 2, 6) } });
    expect(result.constant!.data).toEqual(Float32Array.of(3));
  });
});

it('a graph without outputs is not written', () => {
  expect(() => toOnnx(new Graph({ name: 'nothing' }))).toThrow(
    'graph "nothing" has no output, so there is nothing to run',
  );
});
