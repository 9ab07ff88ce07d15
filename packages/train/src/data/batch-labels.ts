import type { ClassificationSplit } from '../types.js';

/** Classes of the examples `indices`, `size` of each, as the int64 that ONNX operators take. */
export function batchLabels({ labels }: ClassificationSplit, indices: Uint32Array, size = 1): BigInt64Array {
  const batch = new BigInt64Array(indices.length * size);
  for (let i = 0; i < batch.length; i++)
    batch[i] = BigInt(labels[indices[Math.floor(i / size)]! * size + (i % size)]!);
  return batch;
}
