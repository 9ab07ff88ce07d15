/** Operators without a gradient that make tensors, and shapes that are known from them. */
import { describe, expect, it } from 'vitest';
import { int } from '../graph/attribute.js';
import { Graph, type Value } from '../graph/graph.js';
import { fromOnnx } from '../onnx/from-onnx.js';
import { toOnnx } from '../onnx/to-onnx.js';
import { compileOnnx } from '../testing/run-graph.js';
import { cast } from './cast.js';
import { shapeOf } from './shape.js';
import { concat } from './slice.js';

interface Case {
  readonly build: (x: Value) => Value;
  readonly shape: readonly (number | string)[];
  readonly data: readonly number[];
}

const int64 = (x: Value, values: number | number[]) => x.graph.constant(values, { dtype: 'int64' });
const rows = (x: Value) => x.graph.add('Shape', [x], { end: int(1) }).outputs[0]!;
const scalar = (list: Value) => list.graph.add('Squeeze', [list]).outputs[0]!;

/** On x float32 `[n, 3]`, of which n is 2. */
const cases: Readonly<Record<string, Case>> = {
  'ConstantOfShape, zeros by default': {
    build: (x) => x.graph.add('ConstantOfShape', [int64(x, [2, 1])]).outputs[0]!,
    shape: [2, 1],
    data: [0, 0],
  },
  'ConstantOfShape of a shape with a dimension by name': {
    build: (x) => {
      const value = { dtype: 'int64', shape: [1], data: BigInt64Array.of(7n) } as const;
      return x.graph.add('ConstantOfShape', [concat([rows(x), int64(x, [2])], 0)], {
        value: { kind: 'tensor', value },
      }).outputs[0]!;
    },
    shape: ['n', 2],
    data: [7, 7, 7, 7],
  },
  'ConstantOfShape of the shape of a value': {
    build: (x) => x.graph.add('ConstantOfShape', [shapeOf(x)]).outputs[0]!,
    shape: ['n', 3],
    data: [0, 0, 0, 0, 0, 0],
  },
  'Range of constants': {
    build: (x) => x.graph.add('Range', [int64(x, 1), int64(x, 8), int64(x, 3)]).outputs[0]!,
    shape: [3],
    data: [1, 4, 7],
  },
  'Range that counts down': {
    build: (x) =>
      x.graph.add(
        'Range',
        [1, -0.5, -0.5].map((value) => x.graph.constant(value)),
      ).outputs[0]!,
    shape: [3],
    data: [1, 0.5, 0],
  },
  'Range over a dimension by name': {
    build: (x) => x.graph.add('Range', [int64(x, 0), scalar(rows(x)), int64(x, 1)]).outputs[0]!,
    shape: ['n'],
    data: [0, 1],
  },
};

describe('type and contents are those of ONNX Runtime, also after the graph was written and read', () => {
  it.each(Object.entries(cases))('%s', async (_, { build, shape, data }) => {
    const graph = new Graph();
    const y = build(graph.input('x', ['n', 3]));
    graph.output('y', y);
    expect(y.shape).toEqual(shape);
    const read = fromOnnx(toOnnx(graph));
    expect(read.outputs[0]!.value).toMatchObject({ dtype: y.dtype, shape });
    const result = (
      await (
        await compileOnnx(toOnnx(read))
      )({ x: { dtype: 'float32', shape: [2, 3], data: new Float32Array(6) } })
    ).y!;
    expect(result.dtype).toBe(y.dtype);
    expect(result.shape).toEqual(shape.map((dim) => (dim === 'n' ? 2 : dim)));
    expect(Array.from(result.data, Number)).toEqual(data);
  });
});

it('a Range whose length is not known gets a dimension of its own', () => {
  const graph = new Graph();
  const x = graph.input('x', ['n', 3]);
  const limit = graph.input('limit', [], 'int64');
  const { outputs, name } = graph.add('Range', [int64(x, 0), limit, int64(x, 1)]);
  expect(outputs[0]!.shape).toEqual([`${name}.length`]);
  expect(cast(outputs[0]!, 'float32').shape).toEqual([`${name}.length`]);
});
