import { expect, it } from 'vitest';
import { differentiate } from '../differentiate.js';
import { float } from '../graph/attribute.js';
import { Graph } from '../graph/graph.js';
import { mul } from '../operators/elementwise.js';
import { reduceSum } from '../operators/reduce.js';
import { lower } from '../passes/lower.js';
import { compileOnnx } from '../testing/run-graph.js';
import { fromOnnx } from './from-onnx.js';
import { toOnnx } from './to-onnx.js';

it('an operator that is not known stays in a graph, with its types, through passes and files', async () => {
  const graph = new Graph();
  const [x, scale] = [graph.input('x', ['n', 2]), graph.input('scale', [2])];
  const shrink = graph.add('Shrink', [x], { lambd: float(0.5) }, { outputTypes: [x] }).outputs[0]!;
  const loss = reduceSum(mul(shrink, scale));
  graph.output('loss', loss);
  const read = fromOnnx(toOnnx(lower(fromOnnx(toOnnx(graph)))));
  expect(read.nodes[0]).toMatchObject({ op: 'Shrink', outputs: [{ dtype: 'float32', shape: ['n', 2] }] });

  // What comes after it can be differentiated, what comes before it cannot.
  const [readX, readScale] = read.inputs;
  const readLoss = read.outputs[0]!.value;
  expect(() => differentiate(readLoss, [readX!])).toThrow(/Shrink \(node Shrink_0\) has no gradient/);
  read.output('gradient', differentiate(readLoss, [readScale!])[0]!);
  const { gradient } = await (await compileOnnx(toOnnx(read)))({
    x: { dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, 2, 3, -2) },
    scale: { dtype: 'float32', shape: [2], data: Float32Array.of(1, 1) },
  });
  expect(gradient!.data).toEqual(Float32Array.of(4, 0));
});
