import type { Value } from '../graph/graph.js';
import { reduceSum } from '../operators/reduce.js';
import { reshape } from '../operators/shape.js';

/** Reshapes `[c]` to `[c, 1, ...]`, which broadcasts along x `[n, c, ...]`. */
export function perChannel(value: Value, x: Value): Value {
  return reshape(value, [value.shape[0]!, ...x.shape.slice(2).map(() => 1)]);
}

/** Sums over all dimensions except the channels: `[n, c, ...]` to `[c]`. */
export function sumPerChannel(value: Value): Value {
  return reduceSum(value, { axes: value.shape.flatMap((_, i) => (i === 1 ? [] : [i])) });
}
