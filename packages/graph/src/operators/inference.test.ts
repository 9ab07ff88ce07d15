import { describe, expect, it } from 'vitest';
import { float, int, ints } from '../graph/attribute.js';
import { product } from '../graph/dim-arithmetic.js';
import { Graph, type Value } from '../graph/graph.js';
import { arrayOf, type Shape, sizeOf } from '../graph/tensor-type.js';
import { compileGraph, type TestTensor } from '../testing/run-graph.js';
import { batchNormalization, batchNormalizationTraining } from './batch-normalization.js';
import { cast } from './cast.js';
import { clip } from './clip.js';
import { conv, convTranspose } from './conv.js';
import { add, greater, max } from './elementwise.js';
import { gemm, matMul } from './mat-mul.js';
import { globalAveragePool } from './pool.js';
import { reduceMax, reduceMean, reduceSum } from './reduce.js';
import { elementAt, expandLike, flatten, reshape, shapeOf, sizeValueOf, transpose } from './shape.js';
import { concat, pad, slice } from './slice.js';
import { oneHot, softmax, softmaxCrossEntropy } from './softmax.js';
import { where } from './where.js';

/** What each case is built from. */
interface Inputs {
  /** float32 `[n, 4, 6, 5]` */
  readonly image: Value;
  /** float32 `[n, 3]` */
  readonly rows: Value;
  /** int64 `[n]` */
  readonly labels: Value;
  readonly graph: Graph;
}

const fill = (graph: Graph, ...shape: number[]) =>
  graph.constant(new Float32Array(sizeOf(shape)).fill(0.5), { shape });
const list = (graph: Graph, ...values: number[]) => graph.constant(values, { dtype: 'int64' });
const pool = { kernel_shape: ints([3, 2]), strides: ints([2, 1]), pads: ints([1, 0, 1, 1]) };

const cases: Readonly<Record<string, (inputs: Inputs) => Value>> = {
  'Add of scalars': ({ rows }) => add(reduceSum(rows), reduceSum(rows)),
  'Add, broadcast to a higher rank': ({ image, graph }) => add(fill(graph, 5), image),
  AveragePool: ({ image, graph }) => graph.add('AveragePool', [image], pool).outputs[0]!,
  BatchNormalization: ({ image, graph }) => {
    const statistic = fill(graph, 4);
    return batchNormalization(image, statistic, statistic, statistic, statistic);
  },
  Cast: ({ rows }) => cast(rows, 'int32'),
  Clip: ({ rows }) => clip(rows, { min: 0, max: 0.25 }),
  'Clip without a maximum': ({ rows, graph }) => graph.add('Clip', [rows, graph.constant(0)]).outputs[0]!,
  Concat: ({ image }) => concat([image, pad(image, [0, 0, 0, 0, 0, 2, 0, 0]), image], -3),
  Conv: ({ image, graph }) =>
    conv(image, fill(graph, 2, 4, 3, 2), { strides: [2, 3], pads: [0, 1, 2, 0], dilations: [2, 1] }),
  ConvTranspose: ({ image, graph }) =>
    convTranspose(image, fill(graph, 4, 2, 3, 2), {
      strides: [2, 3],
      pads: [0, 1, 2, 0],
      dilations: [2, 1],
      outputPadding: [1, 2],
    }),
  Equal: ({ labels, graph }) => graph.add('Equal', [labels, list(graph, 1)]).outputs[0]!,
  Erf: ({ rows, graph }) => graph.add('Erf', [rows]).outputs[0]!,
  'Expand to the shape of a value': ({ rows, graph }) => expandLike(fill(graph, 1, 1), rows),
  'Expand to dimensions that were joined': ({ rows, graph }) => {
    const n = slice(shapeOf(rows), { starts: [0], ends: [1] });
    return graph.add('Expand', [fill(graph, 1, 7), concat([n, list(graph, 7)], 0)]).outputs[0]!;
  },
  Flatten: ({ image }) => flatten(image, 2),
  Gather: ({ image, graph }) =>
    graph.add('Gather', [image, graph.constant([0, 2, 1, 0], { dtype: 'int64', shape: [2, 2] })], {
      axis: int(1),
    }).outputs[0]!,
  'Gather of one element': ({ graph }) => elementAt(fill(graph, 3, 2), 1),
  Gemm: ({ rows, graph }) => gemm(fill(graph, 3, 7), rows, fill(graph, 1), { transA: true, transB: true }),
  GlobalAveragePool: ({ image }) => globalAveragePool(image),
  Greater: ({ rows }) => greater(rows, 0),
  LeakyRelu: ({ rows, graph }) => graph.add('LeakyRelu', [rows], { alpha: float(0.1) }).outputs[0]!,
  MatMul: ({ image, graph }) => matMul(image, fill(graph, 4, 5, 2)),
  'Max of three': ({ rows, graph }) =>
    graph.add('Max', [fill(graph, 1), rows, fill(graph, 1, 3)]).outputs[0]!,
  MaxPool: ({ image, graph }) =>
    graph.add('MaxPool', [image], { ...pool, dilations: ints([2, 1]) }).outputs[0]!,
  'MaxPool, indices': ({ image, graph }) => graph.add('MaxPool', [image], pool, { outputs: 2 }).outputs[1]!,
  OneHot: ({ labels }) => oneHot(labels, 4),
  Pad: ({ image }) => pad(image, [0, 1, -2, 0, 0, 0, 1, -1]),
  'Pad with axes': ({ image, graph }) =>
    graph.add('Pad', [image, list(graph, 1, 2, 3, 4), undefined, list(graph, 3, -3)]).outputs[0]!,
  ReduceMax: ({ image }) => reduceMax(image, { axes: [1], keepDims: true }),
  ReduceMean: ({ image }) => reduceMean(image, { axes: [-1, 0] }),
  'Reshape with 0 and -1': ({ image }) => reshape(image, [0, 2, -1, 5]),
  'Reshape that takes the batch in': ({ image }) => reshape(image, [-1, 8]),
  'Reshape to a view by its batch size': ({ image, graph }) => {
    const index = graph.constant(0, { dtype: 'int64' });
    const n = graph.add('Gather', [shapeOf(image), index]).outputs[0]!;
    const first = graph.add('Unsqueeze', [n, list(graph, 0)]).outputs[0]!;
    return graph.add('Reshape', [image, concat([first, list(graph, -1)], 0)]).outputs[0]!;
  },
  Shape: ({ image, graph }) => graph.add('Shape', [image], { start: int(1), end: int(-1) }).outputs[0]!,
  Size: ({ image }) => sizeValueOf(image),
  Slice: ({ image }) => slice(image, { starts: [-4, 1], ends: [100, -1], axes: [2, -1], steps: [3, 2] }),
  Softmax: ({ image }) => softmax(image, 1),
  'softmax cross-entropy': ({ rows, labels }) => softmaxCrossEntropy(rows, labels),
  Squeeze: ({ image, graph }) =>
    graph.add('Squeeze', [globalAveragePool(image), list(graph, -1)]).outputs[0]!,
  Transpose: ({ image }) => transpose(image, [2, 0, 3, 1]),
  'Transpose without an order': ({ image, graph }) => graph.add('Transpose', [image]).outputs[0]!,
  Unsqueeze: ({ rows, graph }) => graph.add('Unsqueeze', [rows, list(graph, -1, 1)]).outputs[0]!,
  Where: ({ rows, graph }) => where(greater(rows, 0), fill(graph, 1, 1, 3), 0),
};

function inputsOf(graph: Graph): Inputs {
  return {
    graph,
    image: graph.input('image', ['n', 4, 6, 5]),
    rows: graph.input('rows', ['n', 3]),
    labels: graph.input('labels', ['n'], 'int64'),
  };
}

const at = (shape: Shape, n: number) =>
  shape.map((dim) => Number(product([String(dim).replaceAll('n', String(n))])));

describe('inferred element types and shapes are those of ONNX Runtime', () => {
  it.each(Object.entries(cases))('%s', async (_, build) => {
    const graph = new Graph();
    const y = build(inputsOf(graph));
    graph.output('y', y);
    const run = await compileGraph(graph);
    for (const n of [2, 3]) {
      const feeds = graph.inputs.map(({ name, dtype, shape }): [string, TestTensor] => {
        const fixed = at(shape, n);
        const data = new (arrayOf(dtype))(sizeOf(fixed));
        return [name, { dtype, shape: fixed, data }];
      });
      const result = (await run(Object.fromEntries(feeds))).y!;
      expect({ dtype: result.dtype, shape: result.shape }).toEqual({ dtype: y.dtype, shape: at(y.shape, n) });
    }
  });
});

describe('what does not fit is refused in one line that names operator, reason and shapes', () => {
  it.each<[string, (inputs: Inputs) => unknown]>([
    [
      'Add (node Add_0): shapes [n, 4, 6, 5] and [n, 3] do not broadcast; inputs are float32 [n, 4, 6, 5], float32 [n, 3]',
      ({ image, rows }) => add(image, rows),
    ],
    [
      'Add (node Add_0): element types differ; inputs are float32 [n, 3], int64 [n]',
      ({ rows, labels }) => add(rows, labels),
    ],
    ['Max: one of 1 and 2 must be a value of a graph', () => max(1, 2)],
    [
      'MatMul (node MatMul_0): the inner dimensions differ; inputs are float32 [n, 3], float32 [4, 2]',
      ({ rows, graph }) => matMul(rows, fill(graph, 4, 2)),
    ],
    [
      'Gemm (node Gemm_0): the inner dimensions differ; inputs are float32 [n, 3], float32 [3, 2]',
      ({ rows, graph }) => gemm(rows, fill(graph, 3, 2), undefined, { transB: true }),
    ],
    [
      'Conv (node Conv_0): the input has 4 channels, the weights take 2; inputs are float32 [n, 4, 6, 5], float32 [2, 2, 3, 3]',
      ({ image, graph }) => conv(image, fill(graph, 2, 2, 3, 3)),
    ],
    [
      'Conv (node Conv_0): the kernel is larger than the padded input; inputs are float32 [n, 4, 6, 5], float32 [1, 4, 3, 8]',
      ({ image, graph }) => conv(image, fill(graph, 1, 4, 3, 8), { pads: 1 }),
    ],
    [
      'ConvTranspose (node ConvTranspose_0): the pads remove the whole output; inputs are float32 [n, 4, 6, 5], float32 [4, 1, 1, 1]',
      ({ image, graph }) => convTranspose(image, fill(graph, 4, 1, 1, 1), { pads: 3 }),
    ],
    [
      'Conv (node Conv_0): 3 output channels cannot be divided into 2 groups; inputs are float32 [n, 4, 6, 5], float32 [3, 2, 3, 3]',
      ({ image, graph }) => graph.add('Conv', [image, fill(graph, 3, 2, 3, 3)], { group: int(2) }),
    ],
    [
      'BatchNormalization (node BatchNormalization_0): input 1 must be [4], one value per channel; inputs are float32 [n, 4, 6, 5], float32 [3], float32 [3], float32 [3], float32 [3]',
      ({ image, graph }) => batchNormalizationTraining(image, fill(graph, 3), fill(graph, 3)),
    ],
    [
      'Reshape (node Reshape_0): [n, 3] cannot become [n, 4]; inputs are float32 [n, 3], int64 [2]',
      ({ rows }) => reshapeTo(rows, [0, 4]),
    ],
    [
      'Reshape (node Reshape_0): only one dimension of [-1, -1] may be -1; inputs are float32 [n, 3], int64 [2]',
      ({ rows }) => reshapeTo(rows, [-1, -1]),
    ],
    [
      'Transpose (node Transpose_0): [0, 0] is not a permutation of 2 dimensions; inputs are float32 [n, 3]',
      ({ rows }) => transpose(rows, [0, 0]),
    ],
    [
      'ReduceSum (node ReduceSum_0): axis 2 is out of range for a tensor with 2 dimensions; inputs are float32 [n, 3], int64 [1]',
      ({ rows }) => reduceSum(rows, { axes: [2] }),
    ],
    [
      'Slice (node Slice_0): dimension 0 is symbolic and cannot be sliced; inputs are float32 [n, 3], int64 [1], int64 [1], none, none',
      ({ rows }) => slice(rows, { starts: [0], ends: [1] }),
    ],
    [
      'Where (node Where_0): the condition must be bool; inputs are float32 [n, 3], float32 [n, 3], float32 []',
      ({ rows }) => where(rows, rows, 0),
    ],
    [
      'Shrink (node Shrink_0): the operator is not known; its output types cannot be inferred',
      ({ rows, graph }) => graph.add('Shrink', [rows]),
    ],
    ['Relu (node Relu_0): input 0 is missing; inputs are ', ({ graph }) => graph.add('Relu', [])],
    ['value "other" belongs to another graph', ({ rows }) => add(rows, new Graph().input('other', [3]))],
  ])('%s', (message, build) => {
    expect(() => build(inputsOf(new Graph()))).toThrow(new RangeError(message));
  });
});

function reshapeTo(x: Value, shape: number[]): unknown {
  return x.graph.add('Reshape', [x, list(x.graph, ...shape)]);
}
