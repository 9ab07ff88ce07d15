import { fileURLToPath } from 'node:url';
import '@tensorflow/tfjs-backend-cpu';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { setBackend } from '@tensorflow/tfjs-core';
// Registers the gradients of tfjs-core.
import '@tensorflow/tfjs-layers';

export const backends = ['cpu', 'wasm'] as const;
export type Backend = (typeof backends)[number];

setWasmPaths(fileURLToPath(new URL('.', import.meta.resolve('@tensorflow/tfjs-backend-wasm'))));
setThreadsCount(1);

/** Makes TensorFlow.js work on this backend. */
export async function use(backend: Backend): Promise<void> {
  if (!(await setBackend(backend))) throw new Error(`there is no backend ${backend}`);
}
