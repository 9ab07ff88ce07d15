import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { CpuSession } from './cpu-session.js';
import type { Runtime } from './runtime.js';

export interface NodeRuntimeOptions {
  /** Default: all cores. */
  readonly threads?: number;
  /** What computes: `cpu`, or another one of `availableProviders()`. Default `cpu`. */
  readonly provider?: string;
}

/** ONNX Runtime's native library. Its `run` blocks the event loop: use it in a process of its own. */
export function nodeRuntime({
  threads = availableParallelism(),
  provider = 'cpu',
}: NodeRuntimeOptions = {}): Runtime {
  return {
    Tensor,
    session: async (model, { onDevice = [] } = {}) => {
      if (provider === 'cpu') return new CpuSession(model, threads);
      const session = await InferenceSession.create(model, {
        executionProviders: [provider],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        graphOptimizationLevel: 'all',
        enableMemPattern: false, // One block for all tensors of a run would nearly double the memory, and save no time.
        logSeverityLevel: 3, // A provider that leaves some nodes to the CPU warns of it.
        ...(provider === 'webgpu' && {
          preferredOutputLocation: Object.fromEntries(onDevice.map((name) => [name, 'gpu-buffer'])),
        }),
      });
      const all = Object.fromEntries(session.outputNames.map((name) => [name, null]));
      return {
        run: (feeds, into) => session.run(feeds, { ...all, ...into }),
        release: () => session.release(),
      };
    },
  };
}
