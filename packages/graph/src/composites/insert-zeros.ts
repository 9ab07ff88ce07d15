import type { Value } from '../graph/graph.js';
import { reshape } from '../operators/shape.js';
import { pad } from '../operators/slice.js';

/** Inserts `step - 1` zeros after every element along an axis, which becomes `step` times as long. */
export function insertZeros(x: Value, axis: number, step: number): Value {
  if (step === 1) return x;
  const rank = x.shape.length;
  const length = x.shape[axis];
  if (typeof length !== 'number') throw new RangeError(`dimension ${axis} of ${x.name} is symbolic`);
  // 0 copies the dimension of the input.
  const before = Array<number>(axis).fill(0);
  const after = x.shape.slice(axis + 1);
  const pads = Array<number>(2 * (rank + 1)).fill(0);
  pads[rank + 1 + axis + 1] = step - 1;
  return reshape(pad(reshape(x, [...before, length, 1, ...after]), pads), [
    ...before,
    length * step,
    ...after,
  ]);
}
