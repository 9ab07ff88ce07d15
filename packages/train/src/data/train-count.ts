import { sizeOf } from '../tensors.js';
import type { Dataset } from '../types.js';
import { targetsOf } from './batch-targets.js';

/** The number of training examples of a data set. */
export function trainCount(data: Dataset): number {
  const shape = data.kind === 'regression' ? data.targetShape : (data.labelShape ?? []);
  return Math.floor(targetsOf(data.train).length / sizeOf(shape));
}
