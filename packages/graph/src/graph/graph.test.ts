import { describe, expect, it } from 'vitest';
import { add, mul, relu } from '../operators/elementwise.js';
import { lower } from '../passes/lower.js';
import { rebuild } from '../passes/rebuild.js';
import { Graph } from './graph.js';

describe('constants', () => {
  it('are stored once if they are equal scalars without a name', () => {
    const graph = new Graph();
    const two = graph.constant(2);
    expect(graph.constant(2)).toBe(two);
    expect(graph.constant(2, { dtype: 'float64' })).not.toBe(two);
    expect(graph.constant(2, { name: 'two' })).not.toBe(two);
    expect(graph.constant([2])).not.toBe(two);
    expect(graph.constant(Number.NaN)).toBe(graph.constant(Number.NaN));
  });

  it('tell 0 from -0', () => {
    const graph = new Graph();
    expect(graph.constant(0).data).toEqual(Float32Array.of(0));
    expect(graph.constant(-0).data).toEqual(Float32Array.of(-0));
  });

  it('keep int64 beyond 2^53 from typed arrays', () => {
    const large = BigInt64Array.of(2n ** 53n + 1n);
    expect(new Graph().constant(large).data).toEqual(large);
    expect(new Graph().constant(2 ** 60, { dtype: 'int64' }).data).toEqual(BigInt64Array.of(2n ** 60n));
  });

  it.each([
    ['int32', 0.5, '0.5 does not fit type int32'],
    ['uint8', 256, '256 does not fit type uint8'],
    ['int64', 0.5, '0.5 does not fit type int64'],
    ['int64', 2 ** 63, '9223372036854776000 does not fit type int64'],
    ['int64', Number.NaN, 'NaN does not fit type int64'],
  ] as const)('of type %s refuse %d', (dtype, value, message) => {
    expect(() => new Graph().constant(value, { dtype })).toThrow(RangeError);
    expect(() => new Graph().constant(value, { dtype })).toThrow(message);
  });

  it('fill their shape, with elements of their type', () => {
    expect(() => new Graph().constant([1, 2, 3], { shape: [2, 2], name: 'w' })).toThrow(
      'constant w: 3 elements do not fill [2, 2]',
    );
    expect(() => new Graph().constant(Float32Array.of(1), { dtype: 'float64', name: 'w' })).toThrow(
      'constant w: float32 elements are not float64',
    );
    expect(new Graph().constant(Uint8Array.of(1), { dtype: 'bool' }).dtype).toBe('bool');
  });

  it('of a plain number have the type of the other operand', () => {
    const graph = new Graph();
    expect(mul(graph.input('x', [2], 'float64'), 0.1).producer!.inputs[1]!.data).toEqual(
      Float64Array.of(0.1),
    );
    expect(() => mul(graph.input('i', [2], 'int32'), 0.5)).toThrow('0.5 does not fit type int32');
  });
});

describe('names', () => {
  it('belong to one value', () => {
    const graph = new Graph();
    graph.input('x', [1]);
    expect(() => graph.input('x', [1])).toThrow('the name "x" is taken in this graph');
    expect(() => graph.constant(1, { name: 'x' })).toThrow('the name "x" is taken in this graph');
  });

  it('of outputs are not those of other values, or of inputs and constants', () => {
    const graph = new Graph();
    const x = graph.input('x', [1]);
    const y = relu(x);
    expect(() => graph.output('x', x)).toThrow('the name "x" is taken in this graph');
    expect(() => graph.output('x', y)).toThrow('the name "x" is taken in this graph');
    graph.output(y.name, y);
    expect(() => graph.output(y.name, y)).toThrow(`the name "${y.name}" is taken in this graph`);
    graph.output('other', y);
    graph.output('copy', x);
    expect(graph.outputs.map(({ name }) => name)).toEqual([y.name, 'other', 'copy']);
  });

  it('that are reserved are given to those who ask for them', () => {
    const graph = new Graph({ reserved: ['Relu_0'] });
    const x = graph.input('x', [1]);
    expect(relu(x).name).toBe('Relu_0_1');
    graph.output('Relu_0', relu(x));
    expect(() => graph.output('Relu_0', relu(x))).toThrow('taken');
  });

  it('stay the same when a graph is rebuilt, whatever replaces its nodes', () => {
    const graph = new Graph();
    const x = graph.input('x', [1]);
    const [first, second] = [relu(x), relu(x)];
    graph.output('sum', add(first, second));
    graph.output(second.name, second);
    // Takes the place of the first, and would be called like the second.
    const copy = rebuild(graph, (node, [input]) =>
      node.outputs[0] === first ? [relu(relu(input!))] : undefined,
    );
    expect(copy.outputs.map(({ name }) => name)).toEqual(['sum', second.name]);
    expect(copy.outputs[1]!.value.name).toBe(second.name);
    expect(copy.nodes.map(({ op }) => op)).toEqual(['Relu', 'Relu', 'Relu', 'Add']);
  });
});

describe('nodes', () => {
  it('keep what they are given when the caller’s lists change', () => {
    const graph = new Graph();
    const shape = ['n', 2];
    const x = graph.input('x', shape);
    const inputs = [x, x];
    const node = graph.add('Add', inputs);
    inputs.pop();
    shape.pop();
    expect(node.inputs).toEqual([x, x]);
    expect(x.shape).toEqual(['n', 2]);
  });

  it('take values of their own graph', () => {
    const x = new Graph().input('x', [1]);
    expect(() => new Graph().add('Relu', [x])).toThrow('value "x" belongs to another graph');
  });

  it.each(['Shrink', 'toString', '__proto__', 'constructor'])(
    'of an operator that is not known: %s',
    (op) => {
      const graph = new Graph();
      const x = graph.input('x', [1]);
      expect(() => graph.add(op, [x])).toThrow(
        `${op} (node ${op}_0): the operator is not known; its output types cannot be inferred`,
      );
      const outputTypes = [{ dtype: 'float32', shape: [7] }] as const;
      expect(graph.add(op, [x], {}, { outputTypes }).outputs[0]!.shape).toEqual([7]);
    },
  );

  it('that failed leave no trace', () => {
    const graph = new Graph();
    const x = graph.input('x', [2]);
    expect(() => graph.add('Gemm', [x, x], {}, { name: 'product' })).toThrow(RangeError);
    expect(graph.nodes).toEqual([]);
    expect(graph.add('Add', [x, x], {}, { name: 'product' }).name).toBe('product');
  });
});

it('lower removes what no output needs', () => {
  const graph = new Graph();
  const x = graph.input('x', [1]);
  add(x, graph.constant(5));
  graph.output('y', mul(x, graph.constant(2)));
  const copy = lower(graph);
  expect(copy.nodes.map(({ op }) => op)).toEqual(['Mul']);
  expect(copy.constants.map(({ data }) => data)).toEqual([Float32Array.of(2)]);
});
