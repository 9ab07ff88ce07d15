import { describe, expect, it } from 'vitest';
import { differentiate } from '../differentiate.js';
import { Graph, type Value } from '../graph/graph.js';
import { toOnnx } from '../onnx/to-onnx.js';
import { mul } from '../operators/elementwise.js';
import { gather, gatherElements, gatherND, scatterElements, scatterND } from '../operators/gather.js';
import { reduceSum } from '../operators/reduce.js';
import { lower } from '../passes/lower.js';
import { checkGradient } from '../testing/check-gradient.js';
import { compileOnnx } from '../testing/run-graph.js';

const dims = { n: 3 };

/** Constant int64 indices of a shape. */
function indices(x: Value, shape: readonly number[], ...values: number[]): Value {
  return x.graph.constant(values, { dtype: 'int64', shape });
}

describe('gradient of Gather', () => {
  it('agrees with differences, rows taken twice or never, indices from the end', async () => {
    await checkGradient([{ shape: [5, 2, 3] }], (x) => gather(x, indices(x, [4], 1, 4, 1, -5)));
    await checkGradient([{ shape: [5, 2, 3] }], (x) => gather(x, indices(x, [2, 3], 0, 0, 0, 2, -1, 4)));
    await checkGradient([{ shape: [5, 2, 3] }], (x) => gather(x, indices(x, [1, 1], 3)));
  });

  it('agrees with differences along other axes, and for one index', async () => {
    for (const axis of [1, 2, -1])
      await checkGradient([{ shape: ['n', 4, 4], dims }], (x) =>
        gather(x, indices(x, [2, 2], 0, 3, 3, 1), axis),
      );
    for (const index of [0, 2, -1])
      await checkGradient([{ shape: ['n', 4, 4], dims }], (x) => gather(x, indices(x, [], index), 1));
    await checkGradient([{ shape: ['n', 4], dims }], (x) => gather(x, indices(x, [3], 2, 0, 2)));
  });

  it('can be differentiated again', async () => {
    await checkGradient([{ shape: [4, 2] }], (x) => {
      const y = gather(x, indices(x, [3], 1, 3, 1));
      return differentiate(reduceSum(mul(mul(y, y), y)), [x])[0]!;
    });
  });

  it('of an embedding adds up what every word gets, in a batch and length known when it runs', async () => {
    const graph = new Graph();
    const words = graph.input('words', ['n', 't'], 'int64');
    const table = graph.input('table', [3, 2]);
    const weights = graph.input('weights', ['n', 't', 2]);
    const loss = reduceSum(mul(gather(table, words), weights));
    graph.output('gradient', differentiate(loss, [table])[0]!);
    const run = await compileOnnx(toOnnx(lower(graph)));
    for (const [n, t] of [
      [2, 3],
      [1, 500],
    ] as const) {
      const word = (i: number) => [2, 0, 2][i % 3]!;
      const { gradient } = await run({
        words: {
          dtype: 'int64',
          shape: [n, t],
          data: BigInt64Array.from({ length: n * t }, (_, i) => BigInt(word(i))),
        },
        table: { dtype: 'float32', shape: [3, 2], data: new Float32Array(6) },
        weights: {
          dtype: 'float32',
          shape: [n, t, 2],
          data: Float32Array.from({ length: 2 * n * t }, (_, i) => i),
        },
      });
      const expected = [0, 0, 0, 0, 0, 0];
      for (let i = 0; i < n * t; i++) for (const j of [0, 1]) expected[2 * word(i) + j]! += 2 * i + j;
      expect(Array.from(gradient!.data, Number)).toEqual(expected);
    }
  });
});

describe('gradients of GatherElements and GatherND', () => {
  it('gradient of GatherElements agrees with differences, elements taken twice', async () => {
    await checkGradient([{ shape: [3, 2] }], (x) => gatherElements(x, indices(x, [2, 2], 0, -1, 0, 1)));
    await checkGradient([{ shape: [2, 4] }], (x) =>
      gatherElements(x, indices(x, [2, 3], 3, 3, 0, 1, -4, 2), 1),
    );
  });

  it('gradient of GatherND agrees with differences, places taken twice, indices from the end', async () => {
    await checkGradient([{ shape: [3, 4, 2] }], (x) => gatherND(x, indices(x, [3, 2], 0, 1, -1, -4, 0, 1)));
    await checkGradient([{ shape: [3, 4, 2] }], (x) => gatherND(x, indices(x, [2, 1, 3], 2, 3, 1, -3, 0, 0)));
    await checkGradient([{ shape: ['n', 4], dims }], (x) => gatherND(x, indices(x, [2, 1], 1, -1)));
  });
});

describe('gradients of ScatterElements and ScatterND', () => {
  it('gradient of ScatterElements agrees with differences', async () => {
    const inputs = [{ shape: [4, 3] }, { shape: [2, 3] }];
    await checkGradient(inputs, (x, updates) =>
      scatterElements(x, indices(x, [2, 3], 0, 1, 2, 3, -1, 0), updates),
    );
    await checkGradient(inputs, (x, updates) =>
      scatterElements(x, indices(x, [2, 3], 0, 1, 2, 0, 1, 2), updates, 'add'),
    );
    await checkGradient(inputs, (x, updates) =>
      scatterElements(x, indices(x, [2, 3], 0, 1, 2, 2, 1, 0), updates, 'none', 1),
    );
  });

  it('gradient of ScatterND agrees with differences', async () => {
    await checkGradient([{ shape: [4, 3] }, { shape: [2, 3] }], (x, updates) =>
      scatterND(x, indices(x, [2, 1], 3, 1), updates),
    );
    await checkGradient([{ shape: [4, 3] }, { shape: [2] }], (x, updates) =>
      scatterND(x, indices(x, [2, 2], 3, 1, 0, -1), updates),
    );
  });

  it('is refused for reductions other than none and add', () => {
    const graph = new Graph();
    const x = graph.input('x', [3]);
    const updates = graph.input('updates', [1]);
    const attributes = { reduction: { kind: 'string', value: 'mul' } } as const;
    const y = graph.add('ScatterElements', [x, indices(x, [1], 0), updates], attributes).outputs[0]!;
    expect(() => differentiate(reduceSum(y), [x])).toThrow(
      'reduction mul is not supported; none and add are',
    );
  });
});
