/** More of what operators say when shapes and types do not fit; inference.test.ts has the messages in full. */
import { expect, it } from 'vitest';
import { int, ints, string } from '../graph/attribute.js';
import { Graph, type Value } from '../graph/graph.js';
import { batchNormalization } from './batch-normalization.js';
import { conv, convTranspose } from './conv.js';
import { add, div, exp, greater, max, mul, pow, sub } from './elementwise.js';
import { gemm, matMul } from './mat-mul.js';
import { globalAveragePool, maxPool } from './pool.js';
import { reduceMean, reduceSum, reduceSumSquare } from './reduce.js';
import { expandLike, flatten, reshape } from './shape.js';
import { concat, pad, slice } from './slice.js';
import { logSoftmax, softmax } from './softmax.js';
import { where } from './where.js';

const graph = new Graph();
const value = (...shape: (number | string)[]): Value => graph.input(`v${graph.inputs.length}`, shape);
const [v23, v34, double, condition] = [
  value(2, 3),
  value(3, 4),
  graph.input('double', [2, 3], 'float64'),
  graph.input('condition', [2, 3], 'bool'),
];
const [image, kernels] = [value('n', 3, 5, 5), value(4, 3, 3, 3)];
const named = { name: 'here' };
const attribute = (op: string, inputs: Value[], attributes: Parameters<Graph['add']>[2]) => () =>
  graph.add(op, inputs, attributes, named);

it.each<[op: string, message: string, call: () => unknown]>([
  ['Add', 'shapes [n, 2] and [m, 2] do not broadcast', () => add(value('n', 2), value('m', 2))],
  ['Sub', 'do not broadcast', () => sub(v23, v34)],
  ['Mul', 'do not broadcast', () => mul(v23, v34)],
  ['Div', 'do not broadcast', () => div(v23, v34)],
  ['Pow', 'do not broadcast', () => pow(v23, v34)],
  ['Max', 'do not broadcast', () => max(v23, v34)],
  ['Greater', 'do not broadcast', () => greater(v23, v34)],
  ['Exp', 'input 0 is missing; inputs are none', () => graph.add('Exp', [undefined])],
  ['Where', 'element types differ', () => where(condition, v23, double)],
  ['Where', 'do not broadcast', () => where(condition, v34, 0)],
  ['MatMul', 'both inputs must have one dimension or more', () => matMul(v23, value())],
  ['MatMul', 'shapes [2] and [5] do not broadcast', () => matMul(value(2, 2, 3), value(5, 3, 4))],
  ['MatMul', 'element types differ', () => matMul(double, v34)],
  ['Gemm', 'both factors must have two dimensions', () => gemm(value(1, 2, 3), v34)],
  ['Gemm', 'c does not broadcast to the product', () => gemm(value(1, 3), v34, value(2, 4))],
  ['Gemm', 'element types differ', () => gemm(double, v34)],
  ['Conv', 'input and weights must have the same number of dimensions, 3 to 5', () => conv(v23, kernels)],
  ['Conv', 'the bias must be [4]', () => conv(image, kernels, { bias: value(3) })],
  ['Conv', 'element types differ', () => conv(graph.input('x64', ['n', 3, 5, 5], 'float64'), kernels)],
  [
    'Conv',
    'auto_pad SAME is not one of NOTSET, SAME_UPPER, SAME_LOWER, VALID',
    attribute('Conv', [image, kernels], { auto_pad: string('SAME') }),
  ],
  ['Conv', 'strides [0, 1] must be 2 integers of 1 or more', () => conv(image, kernels, { strides: [0, 1] })],
  [
    'Conv',
    'dilations [1] must be 2 integers of 1 or more',
    attribute('Conv', [image, kernels], { dilations: ints([1]) }),
  ],
  [
    'Conv',
    'pads [0, -1, 0, 0] must be 4 integers of 0 or more',
    () => conv(image, kernels, { pads: [0, -1, 0, 0] }),
  ],
  ['ConvTranspose', 'the input has 3 channels, the weights take 4', () => convTranspose(image, kernels)],
  [
    'ConvTranspose',
    'the bias must be [3]',
    () => convTranspose(value('n', 4, 5, 5), kernels, { bias: value(4) }),
  ],
  [
    'ConvTranspose',
    'output_padding [0, 1] must be less than strides [2, 1]',
    () => convTranspose(value('n', 4, 5, 5), kernels, { strides: [2, 1], outputPadding: [0, 1] }),
  ],
  [
    'BatchNormalization',
    'input 3 must be [3], one value per channel',
    () => batchNormalization(v23, value(3), value(3), value(2), value(3)),
  ],
  [
    'BatchNormalization',
    'the input must have two dimensions or more',
    () => batchNormalization(value(3), value(3), value(3), value(3), value(3)),
  ],
  ['GlobalAveragePool', 'the input must have three dimensions or more', () => globalAveragePool(v23)],
  [
    'MaxPool',
    'pads [0, 2, 0, 0] must be less than the kernel, [2, 2]',
    () => maxPool(image, { kernel: [2, 2], pads: [0, 2, 0, 0] }),
  ],
  [
    'AveragePool',
    'the input must have 3 to 5 dimensions, the kernel 2 fewer',
    attribute('AveragePool', [v23], { kernel_shape: ints([2, 2]) }),
  ],
  [
    'ReduceMean',
    'axis -3 is out of range for a tensor with 2 dimensions',
    () => reduceMean(v23, { axes: [-3] }),
  ],
  ['ReduceSumSquare', 'axis 3 is out of range for a tensor', () => reduceSumSquare(v23, { axes: [0, 3] })],
  ['Softmax', 'axis 2 is out of range for a tensor with 2 dimensions', () => softmax(v23, 2)],
  ['LogSoftmax', 'axis 2 is out of range for a tensor with 2 dimensions', () => logSoftmax(v23, 2)],
  ['Reshape', '[2, 3] cannot become [4, 2]', () => reshape(v23, [4, 2])],
  ['Reshape', '[2, 3] cannot become [4, -1]', () => reshape(v23, [4, -1])],
  [
    'Reshape',
    'target dimension 2 is 0, which copies a dimension that the input does not have',
    () => reshape(v23, [2, 3, 0]),
  ],
  [
    'Reshape',
    'the target shape must be known',
    () => graph.add('Reshape', [v23, graph.input('target', [2], 'int64')]),
  ],
  ['Flatten', 'axis 3 is out of range for a tensor with 2 dimensions', () => flatten(v23, 3)],
  ['Expand', 'shapes [2, 3] and [3, 4] do not broadcast', () => expandLike(v23, v34)],
  ['Slice', 'step 0 is not allowed', () => slice(v23, { starts: [0], ends: [1], steps: [0] })],
  ['Concat', 'inputs 0 and 1 differ outside axis 0', () => concat([v23, v34], 0)],
  ['Concat', 'dimension 0 of input 0 is symbolic', () => concat([image, image], 0)],
  ['Pad', '2 pads do not fit 2 dimensions', () => pad(v23, [1, 1])],
  ['Pad', 'dimension 0 is symbolic and cannot be padded', () => pad(image, [1, 0, 0, 0, 0, 0, 0, 0])],
  ['OneHot', 'the depth is missing', () => graph.add('OneHot', [v23])],
  ['Cast', 'element type float16 of ONNX is not supported', attribute('Cast', [v23], { to: int(10) })],
])('%s: %s', (op, message, call) => {
  const error = errorOf(call);
  expect(error).toBeInstanceOf(RangeError);
  expect(error.message).toContain(message);
  expect(error.message).toMatch(new RegExp(`^${op} \\(node (${op}_\\d+|here)\\): `));
});

it.each<[message: string, call: () => unknown]>([
  ['Add: one of 1 and 2 must be a value of a graph', () => add(1, 2)],
  ['concat: it needs at least one value', () => concat([], 0)],
  ['ReduceSum: axes is empty; leave it out to reduce all', () => reduceSum(v23, { axes: [] })],
  ['reshape: [n, -1] has more than one dimension that is known only', () => reshape(image, ['n', -1])],
])('%s', (message, call) => {
  const error = errorOf(call);
  expect(error).toBeInstanceOf(RangeError);
  expect(error.message).toContain(message);
});

it('a shape from an operator that is not known is not known, whatever it is called', () => {
  const own = new Graph();
  const x = own.input('x', [2, 3]);
  const outputTypes = [{ dtype: 'int64', shape: [1] }] as const;
  for (const op of ['Mystery', 'toString', 'constructor'])
    expect(() => own.add('Reshape', [x, ...own.add(op, [], {}, { outputTypes }).outputs])).toThrow(
      /^Reshape .*: the target shape must be known/,
    );
});

it('a failed call leaves the graph as it was', () => {
  // Only the shape of an Expand, whose own node failed.
  expect(graph.nodes.map(({ op }) => op)).toEqual(['Shape']);
  expect(exp(v23).shape).toEqual([2, 3]);
});

function errorOf(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('no error');
}
