import { sizeOf } from '../tensors.js';
import type { Dataset } from '../types.js';
import { DataError } from './data-error.js';
import { selectExamples } from './select-examples.js';
import { stratifiedSplit } from './stratified-split.js';

/**
 * A data set to choose settings by: the given share of its training set in place of its test set, which is left out. It is the
 * same for every call: an equal share of each class at random, or, of data with a class at every position, the last part.
 * @param share above 0, below 1
 * @throws DataError where that leaves nothing to train on, or to judge by
 */
export function validationSplit(data: Dataset, share: number): Dataset {
  const { train, labelShape = [] } = data;
  const { train: rest, test: held } =
    labelShape.length > 0 ? lastPart(data, share) : stratifiedSplit(train.labels, share, 0);
  if (!(share > 0 && share < 1) || rest.length === 0 || held.length === 0)
    throw new DataError(`validation: a share of ${share} of ${data.name} leaves a part without examples.`);
  const sizes = [sizeOf(data.shape), sizeOf(labelShape)] as const;
  return {
    ...data,
    train: selectExamples(train, rest, ...sizes),
    test: selectExamples(train, held, ...sizes),
  };
}

function lastPart({ train, labelShape = [] }: Dataset, share: number) {
  const count = Math.floor(train.labels.length / sizeOf(labelShape));
  const first = Math.round(count * (1 - share));
  const range = (from: number, to: number) => Uint32Array.from({ length: to - from }, (_, i) => from + i);
  return { train: range(0, first), test: range(first, count) };
}
