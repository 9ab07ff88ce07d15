import { describe, expect, it } from 'vitest';
import { int } from '../graph/attribute.js';
import { Graph, type Value } from '../graph/graph.js';
import type { Dim } from '../graph/tensor-type.js';
import { cast } from './cast.js';
import { contentsOf } from './contents.js';
import { add, div, mul, sub } from './elementwise.js';
import { gather } from './gather.js';
import { reshape, shapeOf, transpose } from './shape.js';
import { concat, slice } from './slice.js';

const graph = new Graph();
const x = graph.input('x', ['n', 't', 6]);
const list = (...values: number[]) => graph.constant(values, { dtype: 'int64' });
const scalar = (value: number) => graph.constant(value, { dtype: 'int64' });
const dims = shapeOf(x);
const n = gather(dims, scalar(0));
const six = gather(dims, scalar(2));
const add1 = (op: string, ...inputs: Value[]) => graph.add(op, inputs).outputs[0]!;

describe('contents that are known without running the graph', () => {
  it.each<[what: string, value: Value, known: readonly Dim[]]>([
    ['dimensions', dims, ['n', 't', 6]],
    ['some of them', gather(dims, list(2, -3)), [6, 'n']],
    ['a product', mul(n, six), ['n*6']],
    ['a sum', add(six, scalar(2)), [8]],
    ['nothing added', add(sub(n, scalar(0)), scalar(0)), ['n']],
    ['a part', div(add(six, scalar(1)), scalar(2)), [3]],
    ['a part of floats', div(cast(six, 'float32'), graph.constant(4)), [1.5]],
    ['a float cut off', cast(div(cast(six, 'float32'), graph.constant(4)), 'int64'), [1]],
    ['each times two', mul(dims, scalar(2)), ['n*2', 't*2', 12]],
    ['a list turned round', slice(dims, { starts: [-1], ends: [-9], steps: [-1] }), [6, 't', 'n']],
    [
      'rows turned round',
      slice(reshape(list(1, 2, 3, 4), [2, 2]), { starts: [-1], ends: [-9], steps: [-1] }),
      [3, 4, 1, 2],
    ],
    ['a transposed matrix', transpose(reshape(list(1, 2, 3, 4, 5, 6), [2, 3]), [1, 0]), [1, 4, 2, 5, 3, 6]],
    ['joined', concat([dims, list(7)], 0), ['n', 't', 6, 7]],
    ['repeated', graph.add('ConstantOfShape', [list(2)]).outputs[0]!, [0, 0]],
    ['counted', add1('Range', scalar(1), six, scalar(2)), [1, 3, 5]],
    [
      'one where it is -1, else the other',
      add1(
        'Where',
        add1('Equal', concat([list(-1), n1()], 0), list(-1, -1)),
        list(5, 5),
        concat([list(2), n1()], 0),
      ),
      [5, 'n'],
    ],
  ])('%s', (_, value, known) => {
    expect(contentsOf(value)).toEqual(known);
  });

  it.each<[what: string, value: Value | undefined]>([
    ['an input', x],
    ['nothing', undefined],
    ['a difference of names', sub(n, gather(dims, scalar(1)))],
    ['whether a name is a number', add1('Equal', n, six)],
    ['what depends on data', graph.add('Cast', [x], { to: int(7) }).outputs[0]!],
    ['a large tensor', graph.constant(new Float32Array(5000))],
  ])('not of %s', (_, value) => {
    expect(contentsOf(value)).toBeUndefined();
  });
});

function n1(): Value {
  return graph.add('Unsqueeze', [n, list(0)]).outputs[0]!;
}
