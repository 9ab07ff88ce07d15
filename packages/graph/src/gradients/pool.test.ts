import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differentiate } from '../differentiate.js';
import { Graph, type Value } from '../graph/graph.js';
import { mul } from '../operators/elementwise.js';
import { averagePool, globalMaxPool, maxPool } from '../operators/pool.js';
import { reduceSum } from '../operators/reduce.js';
import { lower } from '../passes/lower.js';
import { checkGradient } from '../testing/check-gradient.js';
import { compileGraph } from '../testing/run-graph.js';

const pair = (min: number, max: number) => fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));
/** Pools whose kernel fits the padded input and is larger than the padding. */
const cases = fc
  .record({
    kernel: pair(1, 4),
    strides: pair(1, 4),
    pads: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)),
    ceilMode: fc.boolean(),
    plane: pair(1, 9),
    n: fc.integer({ min: 1, max: 3 }),
    seed: fc.nat(),
  })
  .filter(({ kernel, pads, plane }) =>
    [0, 1].every(
      (i) =>
        Math.max(pads[i]!, pads[i + 2]!) < kernel[i]! && plane[i]! + pads[i]! + pads[i + 2]! >= kernel[i]!,
    ),
  );

describe('gradient of MaxPool', () => {
  it('agrees with differences, windows side by side, apart and overlapping', async () => {
    await fc.assert(
      fc.asyncProperty(cases, ({ plane, n, seed, ...options }) =>
        checkGradient(
          [{ shape: ['n', 2, ...plane], dims: { n }, draw: apart(seed) }],
          (x) => maxPool(x, options),
          seed,
        ),
      ),
      { numRuns: 40 },
    );
  });

  it('agrees with differences with dilations, and for planes of one and three dimensions', async () => {
    const dims = { n: 2 };
    await checkGradient([{ shape: ['n', 2, 7, 8], dims, draw: apart(1) }], (x) =>
      maxPool(x, { kernel: [3, 2], dilations: [2, 3], strides: [1, 2], pads: [2, 1, 2, 1] }),
    );
    await checkGradient([{ shape: ['n', 3, 9], dims, draw: apart(1) }], (x) =>
      maxPool(x, { kernel: [3], strides: [2], pads: 1 }),
    );
    await checkGradient([{ shape: ['n', 2, 4, 5, 3], dims, draw: apart(1) }], (x) =>
      maxPool(x, { kernel: [2, 3, 2], strides: [2, 1, 1] }),
    );
  });

  it('goes to the first of equal elements, and adds up where windows overlap', async () => {
    // PyTorch 1.13: max_pool2d(x, 2, stride=1).backward(dy)
    const { dx } = await run([1, 1, 3, 3], [1, 1, 0, 1, 1, 1, 0, 1, 2], [1, 2, 4, 8], (x) =>
      maxPool(x, { kernel: [2, 2] }),
    );
    expect(Array.from(dx!.data, Number)).toEqual([1, 2, 0, 4, 0, 0, 0, 0, 8]);
  });

  it('can be differentiated again', async () => {
    await checkGradient([{ shape: ['n', 2, 5, 5], dims: { n: 2 }, draw: apart(1) }], (x) => {
      const y = maxPool(x, { kernel: [3, 3], strides: [2, 2], pads: 1 });
      const [dx] = differentiate(reduceSum(mul(mul(y, y), y)), [x]);
      return mul(dx!, dx!);
    });
  });

  it('is refused for indices by column', () => {
    const graph = new Graph();
    const x = graph.input('x', ['n', 1, 4, 4]);
    const attributes = {
      kernel_shape: { kind: 'ints', value: [2, 2] },
      storage_order: { kind: 'int', value: 1 },
    } as const;
    const y = graph.add('MaxPool', [x], attributes).outputs[0]!;
    expect(() => differentiate(reduceSum(y), [x])).toThrow('storage_order 1 is not supported; 0 is');
  });
});

describe('gradient of GlobalMaxPool', () => {
  it('agrees with differences', async () => {
    for (const plane of [[5], [3, 4], [2, 3, 2]])
      await checkGradient([{ shape: ['n', 3, ...plane], dims: { n: 2 }, draw: apart(1) }], globalMaxPool);
  });

  it('goes to the first of equal elements', async () => {
    const { dx } = await run([1, 1, 2, 2], [0, 3, 3, 3], [5], globalMaxPool);
    expect(Array.from(dx!.data, Number)).toEqual([0, 5, 0, 0]);
  });
});

describe('gradient of AveragePool', () => {
  it('agrees with differences, with and without padding in the mean', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.boolean(), ({ plane, n, seed, ...options }, countIncludePad) =>
        checkGradient(
          [{ shape: ['n', 2, ...plane], dims: { n } }],
          (x) => averagePool(x, { ...options, countIncludePad }),
          seed,
        ),
      ),
      { numRuns: 50 },
    );
  });

  it('agrees with differences for planes of one and three dimensions', async () => {
    const dims = { n: 2 };
    await checkGradient([{ shape: ['n', 3, 9], dims }], (x) =>
      averagePool(x, { kernel: [3], strides: [2], pads: 1, ceilMode: true }),
    );
    await checkGradient([{ shape: ['n', 2, 4, 5, 3], dims }], (x) =>
      averagePool(x, { kernel: [2, 3, 2], strides: [2, 1, 1] }),
    );
  });

  it('is that of ONNX Runtime’s own pool in float32: all shares of one mean are together 1', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.boolean(), async ({ plane, n, seed: _, ...options }, countIncludePad) => {
        // A pool of ones is the sum of its shares. Padding makes it less where it counts.
        const size = n * plane[0] * plane[1];
        const { y, dx } = await run([n, 1, ...plane], Array(size).fill(1), undefined, (x) =>
          averagePool(x, { ...options, countIncludePad }),
        );
        const sum = (data: ArrayLike<unknown>) => Array.from(data, Number).reduce((a, b) => a + b, 0);
        expect(Math.abs(sum(y!.data) - sum(dx!.data))).toBeLessThan(1e-5 * size);
      }),
      { numRuns: 50 },
    );
  });
});

/** Output and gradient of `build` in float32, in ONNX Runtime's own operators, for dy (default: ones). */
async function run(
  shape: readonly number[],
  data: readonly number[],
  dy: readonly number[] | undefined,
  build: (x: Value) => Value,
) {
  const graph = new Graph();
  const x = graph.input('x', ['n', ...shape.slice(1)]);
  const y = build(x);
  const weighted = dy ? mul(y, graph.constant(dy, { shape: [1, ...(y.shape.slice(1) as number[])] })) : y;
  const [dx] = differentiate(reduceSum(weighted), [x]);
  graph.output('y', y);
  graph.output('dx', dx!);
  const compiled = await compileGraph(lower(graph));
  return compiled({ x: { dtype: 'float32', shape, data: Float32Array.from(data) } });
}

/** Values in some order, at least 4e-3 apart: a step of a difference does not change which is the largest. */
function apart(seed: number): () => number {
  let k = seed % 997;
  return () => ((k++ * 389) % 997) / 250 - 2;
}
