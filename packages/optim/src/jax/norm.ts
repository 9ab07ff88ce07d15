import { numpy as np } from '@jax-js/jax';

/** The smallest normal float32. Smaller ones have no finite reciprocal, no logarithm in jax-js, and are 0 on most GPUs. */
export const smallest = 2 ** -126;

/** The largest float32. */
export const largest = (2 - 2 ** -23) * 2 ** 127;

/**
 * The Euclidean norm over all elements of `arrays`, as a scalar. Elements are divided by the largest one first, so their
 * squares neither overflow nor underflow. Consumes `arrays`.
 */
export function norm(arrays: readonly np.Array[]): np.Array {
  const scale = arrays
    .map((array) => np.max(np.abs(array.ref)))
    .reduce((a, b) => np.maximum(a, b), np.array(smallest, { dtype: np.float32 }));
  const sums = arrays.map((array) => sum(np.square(array.div(scale.ref))));
  return np.sqrt(sums.reduce((a, b) => a.add(b))).mul(scale);
}

/** First over the last axis: jax-js adds in order, in float32, and many small sums lose less than one that is long. */
function sum(array: np.Array): np.Array {
  return array.ndim > 1 ? array.sum(-1).sum() : array.sum();
}
