import { describe, expect, it } from 'vitest';
import { string } from '../graph/attribute.js';
import { Graph, type Value } from '../graph/graph.js';
import { fromOnnx } from '../onnx/from-onnx.js';
import { toOnnx } from '../onnx/to-onnx.js';
import { errorOf } from '../testing/error-of.js';
import { compileGraph } from '../testing/run-graph.js';
import { elu, gelu, leakyRelu, pRelu } from './activations.js';
import { cast } from './cast.js';
import { clip } from './clip.js';
import { cumSum } from './cum-sum.js';
import { sin } from './elementwise.js';

const graph = new Graph();
const [x, n] = [graph.input('x', [2, 3]), graph.input('n', [2, 3], 'int64')];

describe('what does not fit is refused', () => {
  const ints = 'inputs are int64 [2, 3]';
  it.each<[string, () => unknown]>([
    [`LeakyRelu (node 0): input 0 is int64; float32 and float64 are supported; ${ints}`, () => leakyRelu(n)],
    [`Elu (node 0): input 0 is int64; float32 and float64 are supported; ${ints}`, () => elu(n)],
    [`Sin (node 0): input 0 is int64; float32 and float64 are supported; ${ints}`, () => sin(n)],
    [`Gelu (node 0): input 0 is int64; float32 and float64 are supported; ${ints}`, () => gelu(n)],
    [
      'Gelu (node 0): approximate sigmoid is not supported; none and tanh are; inputs are float32 [2, 3]',
      () => graph.add('Gelu', [x], { approximate: string('sigmoid') }),
    ],
    [
      'PRelu (node 0): the slope does not broadcast to the input; inputs are float32 [2, 3], float32 [4, 2, 3]',
      () => pRelu(x, graph.input('large', [4, 2, 3])),
    ],
    [
      'PRelu (node 0): shapes [2, 3] and [2] do not broadcast; inputs are float32 [2, 3], float32 [2]',
      () => pRelu(x, graph.input('rows', [2])),
    ],
    ['PRelu (node 0): element types differ; inputs are float32 [2, 3], int64 [2, 3]', () => pRelu(x, n)],
    [
      'Clip (node 0): the maximum must be a scalar; inputs are float32 [2, 3], none, float32 [2, 3]',
      () => clip(x, { max: x }),
    ],
    [
      'Clip (node 0): element types differ; inputs are float32 [2, 3], int64 [], none',
      () => clip(x, { min: graph.constant(1, { dtype: 'int64' }) }),
    ],
    [
      'CumSum (node 0): axis 2 is out of range for a tensor with 2 dimensions; inputs are float32 [2, 3], int64 []',
      () => cumSum(x, 2),
    ],
    [
      'CumSum (node 0): the axis must be one integer; inputs are float32 [2, 3], int64 [2]',
      () => cumSum(x, graph.constant([0, 1], { dtype: 'int64' })),
    ],
    [
      'CumSum (node 0): input 1 must be a constant; inputs are float32 [2, 3], int64 []',
      () => cumSum(x, graph.input('axis', [], 'int64')),
    ],
  ])('%s', (message, call) => {
    expect(errorOf(call).replace(/node \w+?_\d+/, 'node 0')).toBe(message);
  });
});

describe('Gelu', () => {
  it('is written in the operator set that has it, and read again', () => {
    const own = new Graph();
    own.output('y', gelu(own.input('x', ['n', 2]), 'tanh'));
    const read = fromOnnx(toOnnx(own));
    expect(read.nodes.map(({ op, attributes }) => [op, attributes])).toEqual([
      ['Gelu', { approximate: string('tanh') }],
    ]);
  });
});

describe('Clip and CumSum', () => {
  it('take integers as well', async () => {
    const own = new Graph();
    const y = clip(own.input('x', [3], 'int64'), { min: 0, max: 2 });
    own.output('y', y);
    own.output('sums', cumSum(y, 0));
    expect(y.dtype).toBe('int64');
    const run = await compileGraph(own);
    const result = await run({ x: { dtype: 'int64', shape: [3], data: BigInt64Array.of(1n, -2n, 5n) } });
    expect(result.y!.data).toEqual(BigInt64Array.of(1n, 0n, 2n));
    expect(result.sums!.data).toEqual(BigInt64Array.of(1n, 1n, 3n));
  });

  it('know their types', () => {
    const apply = (value: Value) => cumSum(clip(cast(value, 'float64'), {}), -1, { reverse: true });
    expect(apply(x)).toMatchObject({ dtype: 'float64', shape: [2, 3] });
  });
});
