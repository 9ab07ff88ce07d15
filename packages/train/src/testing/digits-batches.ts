import { batchLabels } from '../data/batch-labels.js';
import { fillBatch } from '../data/fill-batch.js';
import type { Step } from '../step.js';
import type { ClassificationDataset } from '../types.js';

const size = 32;

/** The losses of so many steps on a data set's training images in the order of the file, 32 at a time. */
export async function lossesOf(step: Step, data: ClassificationDataset, steps: number): Promise<number[]> {
  const { shape, normalization, train } = data;
  const count = train.labels.length;
  const x = new Float32Array((size * train.inputs.length) / count);
  const losses: number[] = [];
  for (let t = 0; t < steps; t++) {
    const indices = Uint32Array.from({ length: size }, (_, i) => (t * size + i) % count);
    fillBatch(train, indices, x, { shape, normalization });
    const position = { epoch: Math.floor(t / 10), stepsPerEpoch: 10 };
    losses.push(await step.step(x, batchLabels(train, indices), position));
  }
  return losses;
}

/** The largest difference between numbers at the same place. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.NaN;
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));
}
