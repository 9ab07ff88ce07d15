/**
 * One convolution of any window in blocks beside float64 products, with all its gradients: kernels up to 7 x 7, strides,
 * dilations, padding of one side, groups, channels that are no blocks, batches that are none, planes up to 33 x 33, transposed or
 * not, between activations or not. `WINDOWS=5000 SEED=1` tries others.
 */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { differentiate } from '../../differentiate.js';
import { Graph, type Value } from '../../graph/graph.js';
import { type DType, sizeOf } from '../../graph/tensor-type.js';
import { conv, convTranspose } from '../../operators/conv.js';
import { mul, relu } from '../../operators/elementwise.js';
import { reduceSum } from '../../operators/reduce.js';
import { blockOfMachine } from '../../testing/block-of-machine.js';
import { type Build, expectSame } from '../../testing/expect-same.js';
import { blockLayout } from './blocked-layout.js';

const block = await blockOfMachine();
const windows = Number(process.env.WINDOWS ?? 150);
const seed = Number(process.env.SEED ?? 7);

const pair = (one: fc.Arbitrary<number>) => fc.tuple(one, one);
const side = fc.integer({ min: 0, max: 4 });
const convolution = fc
  .record({
    n: fc.integer({ min: 1, max: 19 }),
    inputs: fc.constantFrom(1, 3, 7, 8, 12, 16, 17, 24, 32, 48),
    filters: fc.constantFrom(1, 8, 16, 20, 24, 32, 48),
    kernel: pair(fc.constantFrom(1, 2, 3, 5, 7)),
    strides: pair(fc.integer({ min: 1, max: 3 })),
    dilations: pair(fc.constantFrom(1, 1, 2, 3)),
    pads: fc.tuple(side, side, side, side),
    extra: pair(fc.integer({ min: 0, max: 2 })),
    plane: pair(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 33 }))),
    groups: fc.constantFrom(1, 1, 1, 2, 'depthwise' as const),
    isTransposed: fc.boolean(),
    hasBias: fc.boolean(),
    isBetweenActivations: fc.boolean(),
    isBatchKnown: fc.boolean(),
    seed: fc.nat(),
  })
  .map((given) => {
    const groups = given.groups === 'depthwise' ? given.inputs : given.groups;
    const filters = given.groups === 'depthwise' ? given.inputs : given.filters;
    const outputPadding = given.extra.map((more, i) => Math.min(more, given.strides[i]! - 1));
    return { ...given, groups, filters, outputPadding };
  });
type Convolution = typeof convolution extends fc.Arbitrary<infer T> ? T : never;

function isPossible(given: Convolution): boolean {
  const { kernel, strides, dilations, pads, plane, outputPadding, groups, inputs, filters } = given;
  const outputs = plane.map((size, i) => {
    const reach = dilations[i]! * (kernel[i]! - 1) + 1;
    const sides = pads[i]! + pads[i + 2]!;
    return given.isTransposed
      ? strides[i]! * (size - 1) + reach + outputPadding[i]! - sides
      : Math.floor((size + sides - reach) / strides[i]!) + 1;
  });
  return outputs.every((size) => size >= 1 && size <= 50) && inputs % groups === 0 && filters % groups === 0;
}

/** Adds output and gradients; returns the shapes of the inputs, with the batch as a number. */
function build(graph: Graph, dtype: DType, given: Convolution) {
  const { n, inputs, filters, groups, kernel, plane, isTransposed, isBetweenActivations } = given;
  const weightShape = isTransposed
    ? [inputs, filters / groups, ...kernel]
    : [filters, inputs / groups, ...kernel];
  const image = graph.input('x', ['n', inputs, ...plane], dtype);
  const x = isBetweenActivations ? relu(image) : image;
  const w = graph.input('w', weightShape, dtype);
  const options = { ...given, ...(given.hasBias && { bias: graph.input('bias', [filters], dtype) }) };
  const convolved: Value = isTransposed ? convTranspose(x, w, options) : conv(x, w, options);
  const y = isBetweenActivations ? relu(convolved) : convolved;
  const wrt = [...graph.inputs];
  graph.output('y', y);
  const loss = reduceSum(mul(y, graph.input('weights', y.shape, dtype)));
  differentiate(loss, wrt).forEach((gradient, i) => {
    graph.output(`gradient of ${wrt[i]!.name}`, gradient);
  });
  return Object.fromEntries(
    graph.inputs.map(({ name, shape }) => [name, shape.map((dim) => (typeof dim === 'string' ? n : dim))]),
  );
}

describe.skipIf(block === undefined)('random windows', () => {
  it(`in blocks of ${block}, ${windows} of them, are the same as in products`, async () => {
    await fc.assert(
      fc.asyncProperty(convolution.filter(isPossible), async (given) => {
        const shapes = build(new Graph(), 'float32', given);
        const make: Build = (graph, dtype) => build(graph, dtype, given);
        const dims: Record<string, number> = given.isBatchKnown ? { n: given.n } : {};
        const pass = (graph: Graph) => blockLayout(graph, { block: block!, dims });
        // Gradients sum a term for every place of the output, and each sum is rounded by 6e-8 of what has come together.
        const [images, , ...places] = shapes.weights as [number, number, ...number[]];
        const least = 1e-8 * images * sizeOf(places);
        await expectSame(make, shapes, given.seed, 2e-5, pass, Math.max(least, 1e-6));
      }),
      { numRuns: windows, seed },
    );
  }, 600_000);

  it.each([17, 20, 36, 50])('a batch of %i, which is no multiple of the block', async (n) => {
    const make: Build = (graph, dtype) => {
      const x = graph.input('x', ['n', 32, 5, 5], dtype);
      const w = graph.input('w', [16, 32, 3, 3], dtype);
      const loss = reduceSum(mul(conv(x, w, { pads: 1 }), graph.input('weights', ['n', 16, 5, 5], dtype)));
      graph.output('gradient', differentiate(loss, [w])[0]!);
    };
    const shapes = { x: [n, 32, 5, 5], w: [16, 32, 3, 3], weights: [n, 16, 5, 5] };
    await expectSame(make, shapes, 1, 2e-5, (graph) => blockLayout(graph, { block: block!, dims: { n } }));
  });

  it.each([3, 8, 16, 19])('weights too large for the cache, a batch of %i', async (n) => {
    const make: Build = (graph, dtype) => {
      const [x, w] = [graph.input('x', ['n', 64, 3, 4], dtype), graph.input('w', [192, 64, 7, 7], dtype)];
      const y = conv(x, w, { pads: 3 });
      graph.output(
        'gradient',
        differentiate(reduceSum(mul(y, graph.input('weights', y.shape, dtype))), [w])[0]!,
      );
    };
    const shapes = { x: [n, 64, 3, 4], w: [192, 64, 7, 7], weights: [n, 192, 3, 4] };
    await expectSame(make, shapes, 1, 2e-5, (graph) => blockLayout(graph, { block: block!, dims: { n } }));
  });
});
