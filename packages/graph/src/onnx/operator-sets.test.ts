/** Nodes that files of other operator sets, and other exporters, write in another way. */
import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { int } from '../attribute.js';
import { Graph } from '../graph.js';
import { add } from '../operators/elementwise.js';
import { averagePool, maxPool } from '../operators/pool.js';
import { split } from '../operators/split.js';
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
