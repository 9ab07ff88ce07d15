import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { parseTarGzip } from 'nanotar';
import { checkContents } from './check-contents.js';
import { DataError } from './data-error.js';
import { cacheFolder, embeddedFolder } from './data-folders.js';
import type { DataDownload, DataFile, DataProgress, DataSetInfo } from './data-set-info.js';
import { findDataSet } from './data-sets.js';
import { downloadFile } from './download-file.js';
import { readDataFile } from './read-data-file.js';

export interface GetDataSetOptions {
  /** Default: `$SPECTRAIN_CACHE`, or the user's cache folder. */
  readonly cacheDir?: string;
  readonly onProgress?: (progress: DataProgress) => void;
  /** Stops the download; called again, `getDataSet` goes on from there. */
  readonly signal?: AbortSignal;
}

/**
 * Downloads a data set into the cache, checked and unpacked. Does nothing for what is there and intact.
 * @returns the folder of its files
 * @throws DataError for an unknown name, a server that does not deliver, a wrong checksum
 * @throws the signal's reason when aborted
 */
export async function getDataSet(name: string, options: GetDataSetOptions = {}): Promise<string> {
  const info: DataSetInfo = findDataSet(name);
  return info.embedded ? embeddedFolder(info) : downloadDataSet(info, options);
}

/** {@link getDataSet} for what a definition says. */
export async function downloadDataSet(
  info: DataSetInfo,
  { cacheDir, onProgress, signal }: GetDataSetOptions,
): Promise<string> {
  const folder = cacheFolder(info, cacheDir);
  await mkdir(folder, { recursive: true });
  const totalBytes = info.downloads.reduce((total, download) => total + download.bytes, 0);
  let before = 0;
  for (const download of info.downloads) {
    const files = info.files.filter(
      ({ name }) => isArchive(download) || `${name}.gz` === basename(download.url),
    );
    if (!(await areIntact(files, folder))) {
      const file = basename(download.url);
      const part = join(folder, `${file}.part`);
      const onBytes = (bytes: number) => onProgress?.({ file, bytes: before + bytes, totalBytes });
      await downloadFile(download, part, { onBytes, signal });
      await unpack(download, part, files, folder);
      await rm(part);
    }
    before += download.bytes;
  }
  return folder;
}

function isArchive({ url }: DataDownload): boolean {
  return url.endsWith('.tar.gz');
}

async function areIntact(files: readonly DataFile[], folder: string): Promise<boolean> {
  try {
    for (const file of files) await readDataFile(file, join(folder, file.name));
    return true;
  } catch {
    return false;
  }
}

async function unpack(
  download: DataDownload,
  part: string,
  files: readonly DataFile[],
  folder: string,
): Promise<void> {
  const packed = await readFile(part);
  const entries = isArchive(download) ? await parseTarGzip(packed) : [];
  for (const file of files) {
    const bytes = isArchive(download)
      ? entries.find(({ name }) => basename(name) === file.name)?.data
      : await promisify(gunzip)(packed);
    if (!bytes) throw new DataError(`${download.url}: there is no ${file.name} in it.`);
    await checkContents(file, bytes, `${file.name} in ${download.url}`);
    const path = join(folder, file.name);
    await writeFile(`${path}.tmp`, bytes);
    await rename(`${path}.tmp`, path);
  }
}
