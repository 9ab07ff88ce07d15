import { requireLength, requireWhole } from '../checks.js';

/** The class of the largest logit for each of the rows of `[count, classes]`; the first of those that are equal. */
export function predictedClasses(logits: ArrayLike<number>, classes: number): Int32Array {
  requireWhole('classes', classes);
  const count = logits.length / classes;
  if (!Number.isInteger(count)) throw new RangeError(`${logits.length} logits are not rows of ${classes}`);
  return Int32Array.from({ length: count }, (_, row) => {
    let best = 0;
    for (let c = 1; c < classes; c++)
      if (logits[row * classes + c]! > logits[row * classes + best]!) best = c;
    return best;
  });
}

/** The share of places at which two lists of classes agree, 0 to 1: with the truth it is the accuracy. */
export function agreement(a: ArrayLike<number>, b: ArrayLike<number>): number {
  requireLength('the second list', b, a.length);
  if (a.length === 0) throw new RangeError('there are no predictions to compare');
  let equal = 0;
  for (let i = 0; i < a.length; i++) if (a[i] === b[i]) equal++;
  return equal / a.length;
}
