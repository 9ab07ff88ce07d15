import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Runtime } from './runtime.js';

/** ONNX Runtime's native library on the CPU. Its `run` blocks the event loop: use it in a process of its own. */
export function nodeRuntime({ threads = availableParallelism() }: { threads?: number } = {}): Runtime {
  return {
    Tensor,
    session: (model) =>
      InferenceSession.create(model, {
        executionProviders: ['cpu'],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        graphOptimizationLevel: 'all',
      }),
  };
}
