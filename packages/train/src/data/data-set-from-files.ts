import type { ClassificationDataset } from '../types.js';
import { checkContents } from './check-contents.js';
import { DataError } from './data-error.js';
import type { DataSetDefinition } from './data-set-info.js';
import { findDataSet } from './data-sets.js';

/**
 * A data set out of the contents of its files, such as a page fetches: those that `dataSets` lists, by name, plain or packed
 * with gzip. All are checked as `loadDataSet` does.
 * @throws DataError for an unknown name and for missing or damaged files
 */
export async function dataSetFromFiles(
  name: string,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<ClassificationDataset> {
  const definition = findDataSet(name);
  const contents: Record<string, Uint8Array> = {};
  for (const file of definition.files) {
    const given = files[file.name];
    if (!given) throw new DataError(`${name}: ${file.name} is missing.`);
    contents[file.name] = isGzip(given) ? await unpack(given, file.name) : given;
    await checkContents(file, contents[file.name]!, file.name);
  }
  return toDataset(definition, contents);
}

/** The data set of a definition and the checked contents of its files. */
export function toDataset(
  { name, shape, classes, normalization, parse }: DataSetDefinition,
  contents: Readonly<Record<string, Uint8Array>>,
): ClassificationDataset {
  return { name, shape, classes, normalization, ...parse(contents) };
}

/** By its magic number, which no file of a data set begins with. */
function isGzip([first, second]: Uint8Array): boolean {
  return first === 0x1f && second === 0x8b;
}

async function unpack(packed: Uint8Array, name: string): Promise<Uint8Array> {
  try {
    const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(unpacked).arrayBuffer());
  } catch (error) {
    throw new DataError(`${name}: cannot be unpacked (${error instanceof Error ? error.message : error}).`);
  }
}
