import { env, InferenceSession, Tensor, type TypedTensor } from 'onnxruntime-web/wasm';
import type { Runtime, Tensors } from './runtime.js';

export interface WebRuntimeOptions {
  /**
   * More than one needs a page that is cross-origin isolated, and `wasmPaths`. The first session decides for all of the
   * page or worker. Default: half of the cores, at most 4, or one where the page is not isolated.
   */
  readonly threads?: number;
  /**
   * Address of the folder that `ort-wasm-simd-threaded.mjs` and `.wasm` of onnxruntime-web are served from. Default:
   * the `.wasm` beside the script.
   */
  readonly wasmPaths?: string;
}

/** ONNX Runtime's WebAssembly library. Its `run` blocks the thread it is called in: use it in a worker. */
export function webRuntime({ threads, wasmPaths }: WebRuntimeOptions = {}): Runtime {
  if (threads !== undefined) env.wasm.numThreads = threads;
  if (wasmPaths !== undefined) env.wasm.wasmPaths = wasmPaths;
  return {
    Tensor,
    session: async (model) => {
      const session = await InferenceSession.create(model, {
        executionProviders: ['wasm'],
        graphOptimizationLevel: 'all',
      });
      return {
        run: async (feeds, into = {}) => {
          const outputs = await session.run(feeds);
          fill(into, outputs);
          return outputs;
        },
        release: () => session.release(),
      };
    },
  };
}

/** The library takes pre-allocated outputs, but leaves their memory on this side as it was. */
function fill(into: Tensors, outputs: Tensors): void {
  for (const [name, tensor] of Object.entries(into)) {
    const values = outputs[name];
    if (!values) throw new RangeError(`the graph has no output ${name}`);
    (tensor as TypedTensor<'float32'>).data.set((values as TypedTensor<'float32'>).data);
  }
}
