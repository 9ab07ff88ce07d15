import type { RandomStream } from '../random/random-stream.js';
import type { Dataset, Split } from '../types.js';

/** Examples of an epoch whose first one may start almost an example's length later: `shift` of `Augmentation`. */
export function shiftedCount({ labels }: Split, length: number): number {
  const whole = Math.floor(labels.length / length);
  return Math.max(Math.floor((labels.length + 1) / length) - 1, Math.min(whole, 1));
}

/** The split from a random place on, so that `count` examples are left. */
export function shift({ inputs, labels }: Split, length: number, count: number, random: RandomStream): Split {
  const start = random.int(Math.min(length, labels.length - count * length + 1));
  return { inputs: inputs.subarray(start), labels: labels.subarray(start) };
}

/** @throws RangeError for data that are not sequences with a class at every position */
export function requireShiftable({ name, shape, labelShape = [] }: Dataset): void {
  if (shape.length !== 1 || labelShape.join() !== shape.join())
    throw new RangeError(
      `augmentation: shift needs sequences with a class at every position; examples of ${name} are [${shape.join(', ')}], their labels [${labelShape.join(', ')}].`,
    );
}
