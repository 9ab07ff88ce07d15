/**
 * Random networks in blocks beside float64 products: layers of convolutions of any window, transposed ones, batch
 * normalisation, activations, pools, what leaves the blocks, sums with what came before, and all gradients. `GRAPHS=5000 SEED=1` tries others.
 */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { differentiate } from '../../differentiate.js';
import { Graph, type Value } from '../../graph/graph.js';
import { type DType, type Shape, sameShape } from '../../graph/tensor-type.js';
import { batchNormalizationTraining } from '../../operators/batch-normalization.js';
import { conv, convTranspose } from '../../operators/conv.js';
import { add, div, greater, mul, neg, relu, sub, tanh } from '../../operators/elementwise.js';
import { averagePool, globalAveragePool, maxPool } from '../../operators/pool.js';
import { reduceMean, reduceSum } from '../../operators/reduce.js';
import { concat } from '../../operators/slice.js';
import { where } from '../../operators/where.js';
import { blockOfMachine } from '../../testing/block-of-machine.js';
import { type Build, expectSame } from '../../testing/expect-same.js';
import { blockLayout } from './blocked-layout.js';

const block = await blockOfMachine();
const graphs = Number(process.env.GRAPHS ?? 200);
const seed = Number(process.env.SEED ?? 7);

const pair = (min: number, max: number) => fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));
const window = fc.record({
  kernel: pair(1, 4),
  strides: pair(1, 3),
  dilations: pair(1, 2),
  pads: fc.tuple(pair(0, 2), pair(0, 2)).map(([before, after]) => [...before, ...after]),
  extra: pair(0, 2),
  bias: fc.boolean(),
  channels: fc.constantFrom(16, 16, 32, 48, 3, 8, 20, 24),
});
const layer = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('conv' as const), window }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('transposed' as const), window }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'norm',
        'active norm',
        'relu',
        'tanh',
        'residual',
        'product',
        'pool',
        'means',
        'depthwise',
        'max pool',
        'concatenation',
        'quotient',
        'choice',
        'per place',
        'centred',
        'square' as const,
      ),
    }),
  },
);
const network = fc.record({
  n: fc.constantFrom(1, 2, 3, 6, 8, 16),
  channels: fc.constantFrom(1, 3, 16, 32),
  plane: pair(2, 8),
  layers: fc.array(layer, { minLength: 1, maxLength: 6 }),
  seed: fc.nat(),
});
type Network = typeof network extends fc.Arbitrary<infer T> ? T : never;

/** Adds what fits of the layers, loss and gradients; collects the shapes of the inputs, with the batch as a number. */
function build(graph: Graph, dtype: DType, { n, channels, plane, layers }: Network) {
  const shapes: Record<string, number[]> = {};
  const input = (shape: number[], symbolic: Shape = shape) => {
    const name = `input ${Object.keys(shapes).length}`;
    shapes[name] = shape;
    return graph.input(name, symbolic, dtype);
  };
  let x = input([n, channels, ...plane], ['n', channels, ...plane]);
  const earlier: Value[] = [];
  // Only the first normalisation: what two of them let through of a bias is rounding.
  const first = layers.findIndex(isNorm);
  for (const each of layers.filter((layer, i) => i === first || !isNorm(layer))) {
    const next = apply(x, each, earlier, input, n);
    if (!next) continue;
    earlier.push(x);
    x = next;
  }
  graph.output('y', x);
  const inputs = [...graph.inputs];
  // Not the sum of squares: behind a normalisation that hardly depends on anything.
  const weights = input([n, ...(x.shape.slice(1) as number[])], x.shape);
  const loss = reduceSum(mul(x, weights));
  differentiate(loss, inputs).forEach((gradient, i) => {
    graph.output(`gradient of ${inputs[i]!.name}`, gradient);
  });
  return shapes;
}

function isNorm({ kind }: Network['layers'][number]): boolean {
  return kind === 'norm' || kind === 'active norm';
}

function apply(
  x: Value,
  layer: Network['layers'][number],
  earlier: readonly Value[],
  input: (shape: number[]) => Value,
  n: number,
): Value | undefined {
  const [, channels, height, width] = x.shape as number[];
  if (layer.kind === 'conv' || layer.kind === 'transposed') {
    const { kernel, strides, dilations, pads, extra, channels: filters } = layer.window;
    const options = () => ({
      strides,
      dilations,
      pads,
      ...(layer.window.bias && { bias: input([filters]) }),
    });
    const spans = kernel.map((size, i) => dilations[i]! * (size - 1) + 1);
    if (layer.kind === 'conv') {
      if (spans.some((span, i) => span > [height, width][i]! + pads[i]! + pads[i + 2]!)) return undefined;
      return conv(x, input([filters, channels!, ...kernel]), options());
    }
    const outputPadding = extra.map((more, i) => Math.min(more, strides[i]! - 1));
    const plane = spans.map((span, i) => {
      const covered = strides[i]! * ([height, width][i]! - 1) + span;
      return covered + outputPadding[i]! - pads[i]! - pads[i + 2]!;
    });
    if (plane.some((size) => size < 1 || size > 12)) return undefined;
    return convTranspose(x, input([channels!, filters, ...kernel]), { ...options(), outputPadding });
  }
  switch (layer.kind) {
    case 'norm':
    case 'active norm': {
      // Where the mean is many deviations off, rounding is everything: this epsilon bounds that. And what a bias before
      // it gets through it alone is rounding only.
      if (n * height! * width! < 12) return undefined;
      const { y } = batchNormalizationTraining(x, input([channels!]), input([channels!]), { epsilon: 0.1 });
      return add(layer.kind === 'norm' ? y : relu(y), x);
    }
    case 'relu':
      return relu(x);
    case 'tanh':
      return tanh(x);
    case 'residual': {
      const same = earlier.find(({ shape }) => sameShape(shape, x.shape));
      return same && add(x, same);
    }
    case 'product':
      return mul(x, input([channels!, 1, 1]));
    case 'pool':
      return height! > 1 && width! > 1 ? averagePool(x, { kernel: [2, 2], strides: [2, 2] }) : undefined;
    case 'depthwise':
      return conv(x, input([channels!, 1, 3, 3]), { pads: 1, groups: channels! });
    case 'max pool':
      return maxPool(x, { kernel: [2, 2], pads: [0, 0, 1, 1] });
    case 'concatenation': {
      const other = earlier.find(({ shape: [, , ...plane] }) => sameShape(plane, [height!, width!]));
      return other && channels! < 40 ? concat([x, other], 1) : undefined;
    }
    case 'quotient':
      return div(neg(x), add(mul(x, x), 1));
    case 'choice':
      return where(greater(x, 0.1), sub(x, 0.1), mul(x, 0.5));
    case 'per place':
      return sub(mul(x, input([1, 1, height!, width!])), input([height!, width!]));
    case 'centred':
      // Not all of the mean: of a bias before it only rounding would be left.
      return sub(x, mul(reduceMean(x, { axes: [2, 3], keepDims: true }), 0.5));
    case 'means':
      return mul(x, globalAveragePool(x));
    default:
      return mul(x, x);
  }
}

describe.skipIf(block === undefined)('random networks', () => {
  it(`in blocks of ${block}, ${graphs} of them, are the same as in products`, async () => {
    const pass = (n: number) => (graph: Graph) => blockLayout(graph, { block: block!, dims: { n } });
    await fc.assert(
      fc.asyncProperty(network, async (given) => {
        const shapes = build(new Graph(), 'float32', given);
        const make: Build = (graph, dtype) => build(graph, dtype, given);
        // What cancels out is rounding of terms of about 1.
        await expectSame(make, shapes, given.seed, 1e-4, pass(given.n), 1e-6);
      }),
      { numRuns: graphs, seed },
    );
  }, 600_000);
});
