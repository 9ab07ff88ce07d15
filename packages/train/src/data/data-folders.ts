import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';
import type { DataFile, DataSetInfo } from './data-set-info.js';

/** Where a data set of one's own choice of folder may lie: right in it, or in the usual folders below. */
export function localFolders({ name, folders }: DataSetInfo, dataDir: string): string[] {
  return [dataDir, ...[name, ...folders].map((folder) => join(dataDir, folder))];
}

/** The folder a data set is downloaded to: in `cacheDir`, `$SPECTRAIN_CACHE` or the user's cache folder. */
export function cacheFolder({ name }: DataSetInfo, cacheDir?: string): string {
  return join(cacheDir ?? (process.env.SPECTRAIN_CACHE || envPaths('spectrain', { suffix: '' }).cache), name);
}

/** The folder of a data set that ships with the package. */
export function embeddedFolder({ name }: DataSetInfo): string {
  return fileURLToPath(new URL(`../../assets/${name}`, import.meta.url));
}

/** Path of a file, plain or packed (`.gz`), in the first of the folders that has it. */
export async function findDataFile(
  { name }: DataFile,
  folders: readonly string[],
): Promise<string | undefined> {
  for (const folder of folders)
    for (const path of [join(folder, name), join(folder, `${name}.gz`)]) if (await exists(path)) return path;
  return undefined;
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
