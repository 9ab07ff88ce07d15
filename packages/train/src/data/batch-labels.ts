import type { Split } from '../types.js';

/** Classes of the examples `indices`, as the int64 that ONNX operators take. */
export function batchLabels({ labels }: Split, indices: Uint32Array): BigInt64Array {
  return BigInt64Array.from(indices, (index) => BigInt(labels[index]!));
}
