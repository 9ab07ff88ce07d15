/** Entry of a child process that ends with status 0 where the provider in its argument computes; else it says why not. */
import { add, Graph, toOnnx } from '@spectrain/graph';
import { Tensor } from 'onnxruntime-node';
import { nodeRuntime } from './node-runtime.js';

const graph = new Graph();
graph.output('y', add(graph.input('x', [1]), 1));
try {
  const session = await nodeRuntime({ provider: process.argv[2]!, threads: 1 }).session(toOnnx(graph));
  const { y } = await session.run({ x: new Tensor('float32', [1], [1]) });
  process.exitCode = y!.data[0] === 2 ? 0 : 1;
} catch (error) {
  process.stdout.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
