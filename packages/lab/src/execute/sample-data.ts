import { type ClassificationSplit, type Dataset, findDataSet, isSyntheticTask } from '@spectrain/train';
import type { RunConfig } from '../run-config/run-config.js';
import { readTaskData } from '../tasks/task-data.js';

const batches = 64;
const testExamples = 64;

type SampledConfig = Pick<RunConfig, 'task' | 'text' | 'sample' | 'batchSize'>;

/**
 * Data to measure a run's cost with. They need not be the real ones, which may not be there: batches of the shape that the
 * task has cost the same.
 */
export async function sampleData(config: SampledConfig, dataDir: string | undefined): Promise<Dataset> {
  if (config.text || isSyntheticTask(config.task)) return readTaskData(config, dataDir);
  const { name, shape, classes, normalization } = findDataSet(config.task);
  return {
    name,
    shape,
    classes,
    normalization,
    train: randomSplit(shape, classes, batches * config.batchSize),
    test: randomSplit(shape, classes, testExamples),
  };
}

/** Random images, so that nothing is faster for being 0. */
function randomSplit(shape: readonly number[], classes: number, count: number): ClassificationSplit {
  const size = shape.reduce((a, b) => a * b, 1);
  const below = (limit: number) => Math.floor(Math.random() * limit);
  return {
    inputs: Uint8Array.from({ length: count * size }, () => below(17)),
    labels: Uint8Array.from({ length: count }, () => below(classes)),
  };
}
