import { Graph, toOnnx } from '@spectrain/graph';
import type { Runtime } from './runtime.js';

/**
 * How many channels lie together in the layout that ONNX Runtime's convolutions are fastest in: 16 with AVX-512, 8 with
 * other vectors, nothing where it has no such layout. Found by asking it to lay out a tensor whose elements are their
 * places.
 */
export async function blockOfChannels({ session, Tensor }: Runtime): Promise<number | undefined> {
  const shape = [1, 16, 1, 2];
  const graph = new Graph();
  const x = graph.input('x', shape);
  const outputTypes = [{ dtype: 'float32', shape } as const];
  graph.output('y', graph.add('com.microsoft.nchwc.ReorderInput', [x], {}, { outputTypes }).outputs[0]!);
  const reorder = await session(toOnnx(graph)).catch(() => undefined);
  if (!reorder) return undefined;
  try {
    const places = Float32Array.from({ length: 32 }, (_, i) => i);
    const { y } = await reorder.run({ x: new Tensor('float32', places, shape) });
    // Of the first pixel come so many channels before the second pixel, which is at place 1, begins.
    const block = (y!.data as Float32Array).indexOf(1);
    return block === 8 || block === 16 ? block : undefined;
  } catch {
    return undefined;
  } finally {
    await reorder.release();
  }
}
