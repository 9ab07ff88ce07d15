import { Graph, matMul, toOnnx } from '@spectrain/graph';
import { nodeRuntime } from '@spectrain/train';

const sizes = [512, 1024, 2048];
const repetitions = 5;

/** The speed of square matrix products in ONNX Runtime, in GFLOP/s: the best of three sizes. */
export async function productPeak(threads: number): Promise<number> {
  const runtime = nodeRuntime({ threads });
  let best = 0;
  for (const size of sizes) {
    const graph = new Graph({ name: 'product' });
    const dims = [size, size];
    graph.output('c', matMul(graph.input('a', dims), graph.input('b', dims)));
    const session = await runtime.session(toOnnx(graph));
    const tensor = () => new runtime.Tensor('float32', new Float32Array(size * size).fill(0.5), dims);
    const [feeds, into] = [{ a: tensor(), b: tensor() }, { c: tensor() }];
    await session.run(feeds, into);
    for (let i = 0; i < repetitions; i++) {
      const started = performance.now();
      await session.run(feeds, into);
      best = Math.max(best, (2 * size ** 3) / (performance.now() - started) / 1e6);
    }
    await session.release();
  }
  return best;
}
