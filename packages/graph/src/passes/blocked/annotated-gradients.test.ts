import { expect, it } from 'vitest';
import { differentiate } from '../../differentiate.js';
import { Graph } from '../../graph/graph.js';
import { fromOnnx } from '../../onnx/from-onnx.js';
import { toOnnx } from '../../onnx/to-onnx.js';
import { conv } from '../../operators/conv.js';
import { mul, relu } from '../../operators/elementwise.js';
import { reduceSum } from '../../operators/reduce.js';
import { reshape } from '../../operators/shape.js';
import { editOnnx } from '../../testing/edit-onnx.js';
import { lower } from '../lower.js';
import { rebuild } from '../rebuild.js';
import { blockLayout } from './blocked-layout.js';

/** Two convolutions with a ReLU between them, and the gradients of their weights. */
function network(): Graph {
  const graph = new Graph();
  const x = graph.input('x', [16, 16, 8, 8]);
  const weights = [graph.input('w1', [32, 16, 3, 3]), graph.input('w2', [16, 32, 3, 3])];
  const y = conv(relu(conv(x, weights[0]!, { pads: 1, strides: [2, 2] })), weights[1]!, { pads: 1 });
  differentiate(reduceSum(mul(y, y)), weights).forEach((gradient, i) => {
    graph.output(`gradient ${i}`, gradient);
  });
  return graph;
}

const blocked = (graph: Graph) => blockLayout(graph, { block: 8 }).nodes.map(({ op }) => op);
const annotations = ({ nodes }: Graph) =>
  nodes.flatMap(({ outputs }) => outputs.flatMap(({ annotation }) => annotation?.op ?? [])).sort();

it.each<[string, (graph: Graph) => Graph]>([
  ['rebuilt', (graph) => rebuild(graph)],
  ['rebuilt twice', (graph) => rebuild(rebuild(graph))],
  ['written and read', (graph) => fromOnnx(toOnnx(graph))],
  ['read, rebuilt, written and read', (graph) => fromOnnx(toOnnx(rebuild(fromOnnx(toOnnx(graph)))))],
])('gradients of a graph that was %s get the forms of the blocked layout', (_, renew) => {
  const direct = blocked(network());
  // One for each convolution, forwards and backwards, and the gradients of weights and ReLU.
  expect(direct).toContain('com.microsoft.nchwc.Conv');
  expect(direct).not.toContain('Where');
  expect(direct).not.toContain('MatMul');
  expect(blocked(renew(network()))).toEqual(direct);
});

it('annotations are written with the names of the file, and not after lower', () => {
  expect(annotations(network())).toEqual(['ConvWeightGradient', 'ConvWeightGradient', 'ReluGradient']);
  expect(annotations(fromOnnx(toOnnx(network())))).toEqual(annotations(network()));
  expect(annotations(lower(network()))).toEqual([]);
  expect(annotations(fromOnnx(toOnnx(lower(network()))))).toEqual([]);
});

it('a node that is replaced has no annotation', () => {
  const replaced = rebuild(network(), ({ op }, [condition, dy, zero]) =>
    op === 'Where' ? condition!.graph.add('Where', [condition, dy, zero]).outputs : undefined,
  );
  expect(annotations(replaced)).toEqual(['ConvWeightGradient', 'ConvWeightGradient']);
});

it('the gradient of weights that are computed needs only the gradient', () => {
  const graph = new Graph();
  const x = graph.input('x', [16, 16, 8, 8]);
  const w = reshape(graph.input('w', [16 * 16 * 9]), [16, 16, 3, 3]);
  const dy = graph.input('dy', [16, 16, 6, 6]);
  graph.output('gradient', differentiate(reduceSum(mul(conv(x, w), dy)), [w])[0]!);
  expect(blocked(graph)).toContain('com.microsoft.nchwc.Conv');
});

it.each([
  ['is no JSON', 'nonsense'],
  ['is empty', ''],
  ['is null', 'null'],
  ['has other values', '{"op":"ConvWeightGradient","inputs":["no","such"],"attributes":{}}'],
  ['has no window', '{"op":"ConvWeightGradient","inputs":["x","x"],"attributes":{}}'],
  [
    'has a wrong attribute',
    '{"op":"ReluGradient","inputs":["x"],"attributes":{"a":{"kind":"ints","value":[null]}}}',
  ],
  ['is of another value', '{"op":"ReluGradient","inputs":["x"],"attributes":{}}'],
])('an annotation in a file that %s changes nothing', (_, value) => {
  const plain = editOnnx(toOnnx(network()), ({ graph }) => {
    for (const node of graph!.node) node.metadataProps = [];
  });
  const damaged = editOnnx(toOnnx(network()), ({ graph }) => {
    for (const { metadataProps } of graph!.node) for (const entry of metadataProps) entry.value = value;
  });
  expect(blocked(fromOnnx(damaged))).toEqual(blocked(fromOnnx(plain)));
  expect(blocked(fromOnnx(plain))).toContain('Where');
});
