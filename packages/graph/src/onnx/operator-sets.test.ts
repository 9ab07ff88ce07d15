/** Nodes that files of other operator sets, and other exporters, write in another way. */
import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { float, int } from '../graph/attribute.js';
import { Graph } from '../graph/graph.js';
import { add } from '../operators/elementwise.js';
import { averagePool, maxPool } from '../operators/pool.js';
import { split } from '../operators/split.js';
import { lower } from '../passes/lower.js';
import { editOnnx } from '../testing/edit-onnx.js';
import { compileOnnx } from '../testing/run-graph.js';
import { AttributeType } from './attribute-type.js';
import { fromOnnx } from './from-onnx.js';
import { type ModelProto, ModelProtoSchema } from './messages.js';
import { toOnnx } from './to-onnx.js';

const numbers = { dtype: 'float32', shape: [2, 4], data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8) } as const;

describe('is read and runs', () => {
  it('a Split in as many parts as it has outputs', async () => {
    const graph = new Graph();
    const [a, b] = split(graph.input('x', ['n', 4]), 2, 1);
    graph.output('y', add(a!, b!));
    const read = fromOnnx(
      editOnnx(toOnnx(graph), (model) => {
        model.opsetImport[0]!.version = 13n;
        const [node] = model.graph!.node;
        node!.attribute = node!.attribute.filter(({ name }) => name !== 'num_outputs');
      }),
    );
    expect(read.nodes[0]!.attributes).toEqual({ axis: int(1), num_outputs: int(2) });
    const { y } = await (await compileOnnx(toOnnx(read)))({ x: numbers });
    expect(Array.from(y!.data, Number)).toEqual([4, 6, 12, 14]);
  });

  it('an AveragePool with dilations of 1', async () => {
    const graph = new Graph();
    const x = graph.input('x', ['n', 4, 1]);
    graph.output('y', averagePool(x, { kernel: [1] }));
    const dilations = (length: bigint) => (model: ModelProto) => {
      model.opsetImport[0]!.version = 19n;
      const { attribute } = model.graph!.node[0]!;
      attribute.push({ ...attribute[0]!, name: 'dilations', type: AttributeType.ints, ints: [length] });
    };
    const read = fromOnnx(editOnnx(toOnnx(graph), dilations(1n)));
    const { y } = await (await compileOnnx(toOnnx(read)))({ x: { ...numbers, shape: [2, 4, 1] } });
    expect(y!.data).toEqual(numbers.data);
    expect(() => fromOnnx(editOnnx(toOnnx(graph), dilations(2n)))).toThrow(
      /^AveragePool .*: dilations are not/,
    );
  });

  it.each<[string, object, readonly number[], readonly number[]]>([
    ['value_int', { type: AttributeType.int, i: 3n }, [], [3]],
    ['value_ints', { type: AttributeType.ints, ints: [3n, 4n] }, [2], [3, 4]],
    ['value_float', { type: AttributeType.float, f: 0.5 }, [], [0.5]],
    ['value_floats', { type: AttributeType.floats, floats: [0.5, 2] }, [2], [0.5, 2]],
  ])('a Constant given as %s', (name, attribute, shape, data) => {
    const read = fromOnnx(editOnnx(identity(), constant({ name, ...attribute })));
    const value = read.nodes[0]!.inputs[0]!;
    expect(value.shape).toEqual(shape);
    expect(Array.from(value.data!, Number)).toEqual(data);
    expect(value.dtype).toBe(name.includes('int') ? 'int64' : 'float32');
  });

  it.each<[string, object, string]>([
    [
      'text',
      { name: 'value_string', type: AttributeType.string, s: new Uint8Array() },
      'only constants of numbers',
    ],
    [
      'a tensor that is missing',
      { name: 'value', type: AttributeType.tensor },
      'attribute "value" has no value',
    ],
  ])('but not a Constant of %s', (_, attribute, message) => {
    expect(() => fromOnnx(editOnnx(identity(), constant(attribute)))).toThrow(message);
  });
});

describe('of operator set 11 is read and runs', () => {
  const older = (graph: Graph, edit: (model: ModelProto) => void) =>
    fromOnnx(
      editOnnx(toOnnx(graph), (model) => {
        model.opsetImport[0]!.version = 11n;
        edit(model);
      }),
    );
  const cube = { dtype: 'float32', shape: [1, 2, 2], data: Float32Array.of(0, 0, 0, Math.log(5)) } as const;

  it.each([
    ['Softmax', undefined, [1 / 8, 1 / 8, 1 / 8, 5 / 8]],
    ['Softmax', 1n, [1 / 8, 1 / 8, 1 / 8, 5 / 8]],
    ['Softmax', 2n, [1 / 2, 1 / 2, 1 / 6, 5 / 6]],
    ['Softmax', -1n, [1 / 2, 1 / 2, 1 / 6, 5 / 6]],
    ['LogSoftmax', 1n, [1 / 8, 1 / 8, 1 / 8, 5 / 8].map(Math.log)],
  ] as const)('a %s of axis %s, from which on all is one row', async (op, axis, expected) => {
    const graph = new Graph();
    graph.output('y', graph.add(op, [graph.input('x', ['n', 2, 2])], { axis: int(0) }).outputs[0]!);
    const read = older(graph, ({ graph: { node } = { node: [] } }) => {
      if (axis === undefined) node[0]!.attribute = [];
      else node[0]!.attribute[0]!.i = axis;
    });
    expect(read.outputs[0]!.value.shape).toEqual(['n', 2, 2]);
    const { y } = await (await compileOnnx(toOnnx(read)))({ x: cube });
    expected.forEach((value, i) => {
      expect(Number(y!.data[i])).toBeCloseTo(value, 6);
    });
  });

  it('a Dropout, its ratio an attribute, which does nothing', async () => {
    const graph = new Graph();
    graph.output('y', graph.add('Dropout', [graph.input('x', ['n', 4])], { ratio: float(0.25) }).outputs[0]!);
    const read = older(graph, () => {});
    expect(Array.from(read.nodes[0]!.inputs[1]!.data!, Number)).toEqual([0.25]);
    const { y } = await (await compileOnnx(toOnnx(read)))({ x: numbers });
    expect(y!.data).toEqual(numbers.data);
  });

  it('a BatchNormalization, which is in training where it has five outputs', async () => {
    const graph = new Graph();
    const perChannel = Array.from({ length: 4 }, () => graph.constant(new Float32Array(4).fill(1)));
    graph.output(
      'y',
      graph.add('BatchNormalization', [graph.input('x', ['n', 4]), ...perChannel]).outputs[0]!,
    );
    const inference = older(graph, () => {});
    expect(inference.nodes[0]!.outputs).toHaveLength(1);
    const training = older(graph, ({ graph: { node } = { node: [] } }) => {
      node[0]!.output.push('mean', 'variance', 'saved_mean', 'saved_variance');
    });
    expect(training.nodes[0]!.outputs.map(({ name }) => name)).toEqual(['y', 'mean', 'variance']);
    const { y } = await (await compileOnnx(toOnnx(lower(training))))({ x: numbers });
    // (x - mean) / deviation + 1, of two examples that are 4 apart
    Array.from(y!.data, Number).forEach((value, i) => {
      expect(value).toBeCloseTo(i < 4 ? 0 : 2, 4);
    });
  });
});

describe('an output that is a constant', () => {
  it('is read, runs and is written again', async () => {
    const graph = new Graph();
    graph.output('y', graph.add('Identity', [graph.constant([1, 2], { name: 'w' })]).outputs[0]!);
    graph.output('z', graph.add('Identity', [graph.input('x', ['n'])]).outputs[0]!);
    const returned = editOnnx(toOnnx(graph), ({ graph: own }) => {
      own!.output[0]!.name = 'w';
      own!.node.shift();
    });
    const asNode = editOnnx(returned, ({ graph: own }) => {
      const [tensor] = own!.initializer.splice(0);
      const [identity] = own!.node;
      const attribute = { name: 'value', type: AttributeType.tensor, t: tensor };
      const other = create(ModelProtoSchema, { graph: { node: [{ attribute: [attribute] }] } } as object);
      own!.node.unshift({
        ...identity!,
        ...{ opType: 'Constant', name: 'c', input: [], output: ['w'] },
        attribute: other.graph!.node[0]!.attribute,
      });
    });
    for (const bytes of [returned, asNode, toOnnx(fromOnnx(returned))]) {
      const read = fromOnnx(bytes);
      expect(read.outputs.map(({ name }) => name)).toEqual(['w', 'z']);
      const { w } = await (await compileOnnx(toOnnx(read)))({ x: { ...numbers, shape: [8] } });
      expect(Array.from(w!.data, Number)).toEqual([1, 2]);
    }
  });
});

it('an output that the gradient needs is written only where it is used', () => {
  const graph = new Graph();
  const y = maxPool(graph.input('x', ['n', 1, 4]), { kernel: [2] });
  graph.output('y', y);
  const outputs = () => {
    let names: string[] = [];
    editOnnx(toOnnx(graph), (model) => {
      names = model.graph!.node[0]!.output;
    });
    return names;
  };
  expect(outputs()).toEqual(['y']);
  graph.output('indices', y.producer!.outputs[1]!);
  expect(outputs()).toEqual(['y', 'indices']);
});

function identity(): Uint8Array {
  const graph = new Graph();
  graph.output(
    'y',
    graph.add('Identity', [graph.add('Identity', [graph.input('x', ['n'])]).outputs[0]!]).outputs[0]!,
  );
  return toOnnx(graph);
}

/** Makes the first node a Constant with this attribute. */
function constant(attribute: object): (model: ModelProto) => void {
  return ({ graph }) => {
    const [node] = graph!.node;
    const other = create(ModelProtoSchema, { graph: { node: [{ attribute: [attribute] }] } } as object);
    Object.assign(node!, { opType: 'Constant', input: [], attribute: other.graph!.node[0]!.attribute });
  };
}
