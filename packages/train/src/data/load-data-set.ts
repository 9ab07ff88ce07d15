import type { ClassificationDataset } from '../types.js';
import { DataError } from './data-error.js';
import { cacheFolder, embeddedFolder, exists, findDataFile, localFolders } from './data-folders.js';
import { toDataset } from './data-set-from-files.js';
import type { DataFile, DataProgress, DataSetDefinition } from './data-set-info.js';
import { findDataSet } from './data-sets.js';
import { readDataFile } from './read-data-file.js';

export interface LoadDataSetOptions {
  /** Folder that has the official files, right in it or in the usual folder below. Without it: the cache. */
  readonly dataDir?: string;
  /** Default: `$SPECTRAIN_CACHE`, or the user's cache folder. */
  readonly cacheDir?: string;
  readonly onProgress?: (progress: DataProgress) => void;
}

/**
 * Reads a data set into memory and checks every file against its checksum. Never uses the network: `getDataSet` does.
 * An embedded data set is always read from the package.
 * @throws DataError for an unknown name and for missing or damaged files
 */
export async function loadDataSet(
  name: string,
  options: LoadDataSetOptions = {},
): Promise<ClassificationDataset> {
  return readDataSet(findDataSet(name), options);
}

/** {@link loadDataSet} for a definition. */
export async function readDataSet(
  definition: DataSetDefinition,
  { dataDir, cacheDir, onProgress }: LoadDataSetOptions,
): Promise<ClassificationDataset> {
  const { name, embedded, files } = definition;
  if (dataDir !== undefined && !embedded && !(await exists(dataDir)))
    throw new DataError(`${name}: there is no folder ${dataDir}. ${howToGet(name)}`);
  const folders = embedded
    ? [embeddedFolder(definition)]
    : dataDir === undefined
      ? [cacheFolder(definition, cacheDir)]
      : localFolders(definition, dataDir);
  const paths: string[] = [];
  for (const file of files) {
    const path = await findDataFile(file, folders);
    if (path === undefined)
      throw new DataError(`${name}: there is no ${file.name} in ${folders.join(' or ')}. ${howToGet(name)}`);
    paths.push(path);
  }
  const totalBytes = files.reduce((total, file) => total + file.bytes, 0);
  let bytes = 0;
  const read = async (file: DataFile, i: number) => {
    const contents = await readDataFile(file, paths[i]!);
    bytes += file.bytes;
    onProgress?.({ file: file.name, bytes, totalBytes });
    return [file.name, contents] as const;
  };
  return toDataset(definition, Object.fromEntries(await Promise.all(files.map(read))));
}

function howToGet(name: string): string {
  return `Download it with "spectrain data get ${name}", or name a folder that has it with --data-dir PATH.`;
}
