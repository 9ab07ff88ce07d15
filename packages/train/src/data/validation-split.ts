import { sizeOf } from '../tensors.js';
import type { ClassificationDataset, Dataset, RegressionDataset } from '../types.js';
import { countExamples } from './count-examples.js';
import { DataError } from './data-error.js';
import { selectExamples, selectRegressionExamples } from './select-examples.js';
import { stratifiedSplit } from './stratified-split.js';

/**
 * A data set to choose settings by: the given share of its training set in place of its test set, which is left out. It is the
 * same for every call: an equal share of each class at random, in regression a share of all examples, or, of data with a class
 * at every position, the last part.
 * @param share above 0, below 1
 * @throws DataError where that leaves nothing to train on, or to judge by
 */
export function validationSplit(data: ClassificationDataset, share: number): ClassificationDataset;
export function validationSplit(data: RegressionDataset, share: number): RegressionDataset;
export function validationSplit(data: Dataset, share: number): Dataset;
export function validationSplit(data: Dataset, share: number): Dataset {
  const { train: rest, test: held } = parts(data, share);
  if (!(share > 0 && share < 1) || rest.length === 0 || held.length === 0)
    throw new DataError(`validation: a share of ${share} of ${data.name} leaves a part without examples.`);
  return data.kind === 'regression'
    ? { ...data, train: chosenNumbers(data, rest), test: chosenNumbers(data, held) }
    : { ...data, train: chosenClasses(data, rest), test: chosenClasses(data, held) };
}

function parts(data: Dataset, share: number): { train: Uint32Array; test: Uint32Array } {
  if (data.kind !== 'regression')
    return data.labelShape?.length ? lastPart(data, share) : stratifiedSplit(data.train.labels, share, 0);
  return stratifiedSplit(new Uint8Array(countExamples(data).train), share, 0);
}

function chosenNumbers({ train, shape, targetShape }: RegressionDataset, indices: Uint32Array) {
  return selectRegressionExamples(train, indices, sizeOf(shape), sizeOf(targetShape));
}

function chosenClasses({ train, shape, labelShape = [] }: ClassificationDataset, indices: Uint32Array) {
  return selectExamples(train, indices, sizeOf(shape), sizeOf(labelShape));
}

function lastPart(data: ClassificationDataset, share: number) {
  const count = countExamples(data).train;
  const first = Math.round(count * (1 - share));
  const range = (from: number, to: number) => Uint32Array.from({ length: to - from }, (_, i) => from + i);
  return { train: range(0, first), test: range(first, count) };
}
