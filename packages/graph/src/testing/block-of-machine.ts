import { Graph } from '../graph/graph.js';
import { reorderInput } from '../passes/blocked/operators.js';
import { compileGraph } from './run-graph.js';

/** The number of channels in a block of ONNX Runtime's blocked layout on this machine, or `undefined` if it has none. */
export async function blockOfMachine(): Promise<number | undefined> {
  const graph = new Graph();
  graph.output('y', reorderInput(graph.input('x', [1, 16, 1, 2])));
  const data = Float32Array.from({ length: 32 }, (_, i) => i);
  const run = await compileGraph(graph).catch(() => undefined);
  const outputs = await run?.({ x: { dtype: 'float32', shape: [1, 16, 1, 2], data } }).catch(() => undefined);
  return outputs && Array.from(outputs.y!.data, Number).indexOf(1);
}
