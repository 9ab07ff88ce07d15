import { sizeOf } from '../tensors.js';
import type { Dataset, Split } from '../types.js';
import { targetsOf } from './batch-targets.js';

/** How many examples there are in the two parts of a data set. */
export function countExamples(data: Dataset): { readonly train: number; readonly test: number } {
  const size = sizeOf(data.kind === 'regression' ? data.targetShape : (data.labelShape ?? []));
  const count = (split: Split) => Math.floor(targetsOf(split).length / size);
  return { train: count(data.train), test: count(data.test) };
}
