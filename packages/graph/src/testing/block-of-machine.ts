import { Graph } from '../graph/graph.js';
import { reorderInput } from '../passes/blocked/operators.js';
import { compileGraph } from './run-graph.js';

/** How many channels ONNX Runtime lays together on this machine, if it has such a layout. */
export async function blockOfMachine(): Promise<number | undefined> {
  const graph = new Graph();
  graph.output('y', reorderInput(graph.input('x', [1, 16, 1, 2])));
  const data = Float32Array.from({ length: 32 }, (_, i) => i);
  const run = await compileGraph(graph).catch(() => undefined);
  const outputs = await run?.({ x: { dtype: 'float32', shape: [1, 16, 1, 2], data } }).catch(() => undefined);
  return outputs && Array.from(outputs.y!.data, Number).indexOf(1);
}
