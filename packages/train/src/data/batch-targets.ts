import type { TargetValues } from '../target.js';
import type { RegressionSplit, Split } from '../types.js';
import { batchLabels } from './batch-labels.js';

/** What the examples `indices` should become, `size` values of each: class numbers or floats. */
export function batchTargets(split: Split, indices: Uint32Array, size: number): TargetValues {
  return 'labels' in split ? batchLabels(split, indices, size) : batchNumbers(split, indices, size);
}

/** All labels or target values of a split. */
export function targetsOf(split: Split): ArrayLike<number> {
  return 'labels' in split ? split.labels : split.targets;
}

function batchNumbers({ targets }: RegressionSplit, indices: Uint32Array, size: number): Float32Array {
  const batch = new Float32Array(indices.length * size);
  indices.forEach((index, i) => {
    batch.set(targets.subarray(index * size, (index + 1) * size), i * size);
  });
  return batch;
}
