import { stat } from 'node:fs/promises';
import {
  type Dataset,
  findDataSet,
  isSyntheticTask,
  loadDataSet,
  syntheticData,
  validationSplit,
} from '@spectrain/train';
import { InputError } from '../input/input-error.js';
import type { RunConfig } from '../run-config/run-config.js';
import { normalizedBy } from './normalized-by.js';
import { readText } from './text-data.js';

/** What of a run's config decides its data. */
export type DataConfig = Pick<RunConfig, 'task' | 'text' | 'sample' | 'normalization' | 'validation'>;

/** Reads what a run is trained and judged on. @throws InputError, DataError */
export async function readTaskData(
  { task, text, sample, normalization, validation }: DataConfig,
  dataDir: string | undefined,
): Promise<Dataset> {
  if (text && dataDir !== undefined)
    throw new InputError('--data-dir', dataDir, 'no folder for text, which is read from --data');
  const raw = text ? await readText(text, sample) : await readDataSet(task, dataDir);
  const data = normalization ? normalizedBy(normalization, raw) : raw;
  return validation === undefined ? data : validationSplit(data, validation);
}

async function readDataSet(task: string, dataDir: string | undefined): Promise<Dataset> {
  if (isSyntheticTask(task)) {
    if (dataDir !== undefined)
      throw new InputError('--data-dir', dataDir, `no folder for ${task}, which is computed`);
    return syntheticData(task).data;
  }
  if (dataDir !== undefined) {
    if (findDataSet(task).embedded)
      throw new InputError('--data-dir', dataDir, `no folder for ${task}, which ships with the package`);
    const isFolder = await stat(dataDir).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isFolder) throw new InputError('--data-dir', dataDir, 'a folder that is there');
  }
  return loadDataSet(task, dataDir === undefined ? {} : { dataDir });
}
