import type { RandomStream } from '../random/random-stream.js';
import type { ClassificationSplit, Dataset } from '../types.js';

/** Examples of an epoch whose first one may start almost an example's length later: `shift` of `Augmentation`. */
export function shiftedCount({ labels }: ClassificationSplit, length: number): number {
  const whole = Math.floor(labels.length / length);
  return Math.max(Math.floor((labels.length + 1) / length) - 1, Math.min(whole, 1));
}

/** The split from a random place on, so that `count` examples are left. */
export function shift(
  { inputs, labels }: ClassificationSplit,
  length: number,
  count: number,
  random: RandomStream,
): ClassificationSplit {
  const start = random.int(Math.min(length, labels.length - count * length + 1));
  return { inputs: inputs.subarray(start), labels: labels.subarray(start) };
}

/** What can be shifted of data. @throws RangeError unless they are sequences with a class at every position */
export function requireShiftable(data: Dataset): ClassificationSplit {
  const { name, shape } = data;
  const isRegression = data.kind === 'regression';
  const given = isRegression ? data.targetShape : (data.labelShape ?? []);
  if (isRegression || shape.length !== 1 || given.join() !== shape.join())
    throw new RangeError(
      `augmentation: shift needs sequences with a class at every position; examples of ${name} are [${shape.join(', ')}], their ${isRegression ? 'targets' : 'labels'} [${given.join(', ')}].`,
    );
  return data.train;
}
