import { cacheFolder, embeddedFolder, findDataFile } from './data-folders.js';
import type { DataSetInfo } from './data-set-info.js';
import { findDataSet } from './data-sets.js';

export interface DataSetStatus {
  /** `embedded`: ships with the package. `cached`: downloaded. `missing`: to be downloaded. */
  readonly state: 'embedded' | 'cached' | 'missing';
  /** Where its files are, or would be after a download. */
  readonly folder: string;
}

/**
 * Whether a data set is at hand. Looks for its files without reading them.
 * @throws DataError for an unknown name
 */
export async function dataSetStatus(
  name: string,
  { cacheDir }: { readonly cacheDir?: string } = {},
): Promise<DataSetStatus> {
  const info: DataSetInfo = findDataSet(name);
  if (info.embedded) return { state: 'embedded', folder: embeddedFolder(info) };
  const folder = cacheFolder(info, cacheDir);
  const paths = await Promise.all(info.files.map((file) => findDataFile(file, [folder])));
  return { state: paths.includes(undefined) ? 'missing' : 'cached', folder };
}
