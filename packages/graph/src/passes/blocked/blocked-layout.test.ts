import { describe, expect, it } from 'vitest';
import { differentiate } from '../../differentiate.js';
import { Graph, type Value } from '../../graph/graph.js';
import { sameShape } from '../../graph/tensor-type.js';
import { batchNormalizationTraining } from '../../operators/batch-normalization.js';
import { cast } from '../../operators/cast.js';
import { conv } from '../../operators/conv.js';
import { add, div, greater, mul, relu, sqrt } from '../../operators/elementwise.js';
import { averagePool, globalAveragePool, maxPool } from '../../operators/pool.js';
import { reduceSum } from '../../operators/reduce.js';
import { reshape } from '../../operators/shape.js';
import { concat } from '../../operators/slice.js';
import { where } from '../../operators/where.js';
import { blockOfMachine } from '../../testing/block-of-machine.js';
import { uniformStream } from '../../testing/check-gradient.js';
import { type Build, expectSame } from '../../testing/expect-same.js';
import { compileGraph } from '../../testing/run-graph.js';
import { blockLayout } from './blocked-layout.js';

/** The block that the machine has. Without any, nothing here can run. */
const block = await blockOfMachine();

const pass = (graph: Graph) => blockLayout(graph, { block: block!, dims: { n: 32 } });

/** Loss, and gradients of all inputs, as outputs. */
function withGradients(graph: Graph, output: ReturnType<typeof conv>): void {
  graph.output('y', output);
  const gradients = differentiate(reduceSum(mul(output, output)), graph.inputs);
  graph.inputs.forEach(({ name }, i) => {
    graph.output(`gradient of ${name}`, gradients[i]!);
  });
}

describe.skipIf(block === undefined)(`in blocks of ${block} channels`, () => {
  it.each([
    ['3 x 3', 16, 32, 3, 1, 1],
    ['with strides', 16, 32, 3, 2, 1],
    ['1 x 1 with strides', 32, 16, 1, 2, 0],
    ['of few channels', 3, 16, 3, 1, 1],
    ['of channels that are no blocks', 16, 20, 3, 1, 1],
    ['5 x 5 without padding', 16, 16, 5, 1, 0],
  ])('a convolution %s and its gradients are the same', async (_, inputs, channels, kernel, stride, side) => {
    const build: Build = (graph, dtype) => {
      const x = graph.input('x', ['n', inputs, 8, 8], dtype);
      const w = graph.input('w', [channels, inputs, kernel, kernel], dtype);
      const bias = graph.input('bias', [channels], dtype);
      withGradients(graph, conv(x, w, { strides: [stride, stride], pads: side, bias }));
    };
    const shapes = { x: [32, inputs, 8, 8], w: [channels, inputs, kernel, kernel], bias: [channels] };
    await expectSame(build, shapes, 1, 2e-5, pass);
  });

  it('a residual network is the same', async () => {
    const build: Build = (graph, dtype) => {
      const x = graph.input('x', ['n', 3, 8, 8], dtype);
      const weights = (name: string, o: number, i: number, k = 3) => graph.input(name, [o, i, k, k], dtype);
      const factor = (name: string, c: number) => graph.input(name, [c], dtype);
      const normalized = (value: typeof x, name: string, c: number) =>
        batchNormalizationTraining(value, factor(`${name}.scale`, c), factor(`${name}.bias`, c)).y;
      const first = conv(x, weights('w0', 16, 3), { pads: 1 });
      const active = relu(normalized(first, 'n1', 16));
      const h = conv(active, weights('w1', 32, 16), { pads: 1, strides: [2, 2] });
      const inner = conv(relu(normalized(h, 'n2', 32)), weights('w2', 32, 32), { pads: 1 });
      const y = add(inner, conv(active, weights('shortcut', 32, 16, 1), { strides: [2, 2] }));
      const scaled = mul(y, reshape(factor('scale', 32), [32, 1, 1]));
      withGradients(graph, globalAveragePool(normalized(scaled, 'n3', 32)));
    };
    const shapes = {
      x: [32, 3, 8, 8],
      w0: [16, 3, 3, 3],
      'n1.scale': [16],
      'n1.bias': [16],
      w1: [32, 16, 3, 3],
      'n2.scale': [32],
      'n2.bias': [32],
      w2: [32, 32, 3, 3],
      shortcut: [32, 16, 1, 1],
      scale: [32],
      'n3.scale': [32],
      'n3.bias': [32],
    };
    await expectSame(build, shapes, 3, 1e-4, pass);
  });

  it.each<[string, (x: Value) => Value]>([
    ['max pool', (x) => maxPool(x, { kernel: [2, 2], strides: [2, 2] })],
    ['average pool', (x) => averagePool(x, { kernel: [2, 2], strides: [2, 2] })],
    ['concatenation', (x) => concat([x, x], 1)],
    ['mask of its own', (x) => where(greater(x, 0.1), x, 0)],
  ])('a ReLU after a %s, and before the next convolution, is the same', async (name, between) => {
    const build: Build = (graph, dtype) => {
      const x = graph.input('x', ['n', 3, 8, 8], dtype);
      const h = relu(between(conv(x, graph.input('w1', [16, 3, 3, 3], dtype), { pads: 1 })));
      const w2 = graph.input('w2', [16, h.shape[1] as number, 3, 3], dtype);
      withGradients(graph, relu(conv(h, w2, { pads: 1 })));
    };
    const channels = name === 'concatenation' ? 32 : 16;
    const shapes = { x: [32, 3, 8, 8], w1: [16, 3, 3, 3], w2: [16, channels, 3, 3] };
    await expectSame(build, shapes, 5, 1e-4, pass);
  });

  it('conditions leave the layout as well, and weights may be computed in it', async () => {
    const build: Build = (graph, dtype) => {
      const x = graph.input('x', [16, 16, 3, 3], dtype);
      const w = graph.input('w', [16, 16, 3, 3], dtype);
      const y = conv(x, w, { pads: 1 });
      graph.output('again', conv(y, y, { pads: 1 }));
      graph.output('positive', cast(greater(y, 0), dtype));
      graph.output('five', mul(y, graph.input('a', [1, 1, 16, 1, 1], dtype)));
    };
    await expectSame(build, { x: [16, 16, 3, 3], w: [16, 16, 3, 3], a: [1, 1, 16, 1, 1] }, 7, 1e-4, pass);
  });

  describe('batch normalisation', () => {
    const shape = [9, 16, 5, 5];
    const size = 9 * 16 * 25;
    /** Of a convolution that changes nothing, as what is not behind one stays in the plain layout. */
    const run = async (data: Float32Array) => {
      const graph = new Graph();
      const convolved = conv(graph.input('x', shape), graph.input('w', [16, 16, 1, 1]));
      const scale = graph.constant(new Float32Array(16).fill(2));
      const normalized = batchNormalizationTraining(convolved, scale, scale);
      graph.output(
        'gradient',
        differentiate(reduceSum(mul(normalized.y, convolved)), [graph.inputs[0]!])[0]!,
      );
      for (const [name, value] of Object.entries(normalized)) graph.output(name, value);
      const w = Float32Array.from({ length: 256 }, (_, i) => (i % 17 === 0 ? 1 : 0));
      const results = await (await compileGraph(blockLayout(graph, { block: block! })))({
        x: { dtype: 'float32', shape, data },
        w: { dtype: 'float32', shape: [16, 16, 1, 1], data: w },
      });
      return (name: string) => Array.from(results[name]!.data, Number);
    };

    it.each([0, 3, 10, 30])(
      'where the mean is %i deviations has the variance to 1e-6 of its square',
      async (offset) => {
        const random = uniformStream(1);
        const data = Float32Array.from({ length: size }, () => offset / Math.sqrt(12) + random() - 0.5);
        const variances = (await run(data))('variance');
        variances.forEach((variance, c) => {
          const values = Array.from(data).filter((_, i) => Math.floor(i / 25) % 16 === c);
          const mean = values.reduce((a, b) => a + b) / values.length;
          const exact = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
          expect(Math.abs(variance / exact - 1)).toBeLessThan(1e-6 * (1 + offset ** 2));
        });
      },
    );

    it.each([0, 0.1, 1234.567, -98765])(
      'where all is %d is finite, and no variance negative',
      async (value) => {
        const results = await run(new Float32Array(size).fill(value));
        expect(Math.min(...results('variance'))).toBeGreaterThanOrEqual(0);
        for (const name of ['y', 'gradient']) expect(results(name).every(Number.isFinite)).toBe(true);
      },
    );

    it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e30])(
      'where one element is %d is NaN in all of that channel',
      async (value) => {
        const random = uniformStream(1);
        const data = Float32Array.from({ length: size }, (_, i) => (i === 7 * 25 ? value : random()));
        const results = await run(data);
        for (const name of ['y', 'gradient'])
          expect(results(name).every((v, i) => Math.floor(i / 25) % 16 !== 7 || Number.isNaN(v))).toBe(true);
      },
    );
  });

  it('a choice leaves out what is infinite, and so does the gradient of a ReLU', async () => {
    const graph = new Graph();
    const x = graph.input('x', [4, 16, 3, 3]);
    const w = graph.input('w', [16, 16, 1, 1]);
    const y = relu(conv(x, w));
    graph.output('inverse', where(greater(y, 0), div(1, y), 0));
    graph.output('gradient', differentiate(reduceSum(sqrt(y)), [x])[0]!);
    const shape = [4, 16, 3, 3];
    const data = Float32Array.from({ length: 576 }, (_, i) => (i % 3) - 1);
    const one = Float32Array.from({ length: 256 }, (_, i) => (i % 17 === 0 ? 1 : 0));
    const results = await (await compileGraph(blockLayout(graph, { block: block! })))({
      x: { dtype: 'float32', shape, data },
      w: { dtype: 'float32', shape: [16, 16, 1, 1], data: one },
    });
    expect(Array.from(results.inverse!.data, Number)).toEqual(
      Array.from(data, (value) => Math.max(value, 0)),
    );
    expect(Array.from(results.gradient!.data, Number)).toEqual(
      Array.from(data, (value) => Math.max(value, 0) / 2),
    );
  });

  it('a plane of unknown size stays as it is', () => {
    const graph = new Graph();
    const x = graph.input('x', ['n', 3, 'h', 'w']);
    graph.output('y', conv(x, graph.input('w', [16, 3, 3, 3]), { pads: 1 }));
    expect(pass(graph).nodes.map(({ op }) => op)).toEqual(['Conv']);
  });

  it('what is not about convolutions stays as it is', () => {
    const graph = new Graph();
    const x = graph.input('x', ['n', 16, 4, 4]);
    graph.output('y', add(relu(x), 1));
    expect(pass(graph).nodes.map(({ op }) => op)).toEqual(['Relu', 'Add']);
  });

  it('between convolutions nothing leaves the layout', () => {
    const graph = new Graph();
    const x = graph.input('x', ['n', 16, 4, 4]);
    const [w1, w2] = [graph.input('w1', [16, 16, 3, 3]), graph.input('w2', [16, 16, 3, 3])];
    graph.output('y', conv(relu(conv(x, w1, { pads: 1 })), w2, { pads: 1 }));
    const images = pass(graph).nodes.filter(({ outputs: [y] }) => sameShape(y!.shape, [32, 16, 4, 4]));
    const reorders = images.filter(({ op }) => op.includes('Reorder'));
    expect(reorders.map(({ op }) => op.split('.').at(-1))).toEqual(['ReorderInput', 'ReorderOutput']);
  });
});
