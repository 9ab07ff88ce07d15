import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { checkContents } from './check-contents.js';
import { DataError } from './data-error.js';
import type { DataFile } from './data-set-info.js';

/**
 * Reads a file, unpacks it if its name ends in `.gz`, and checks the contents.
 * @throws DataError when it cannot be unpacked, is truncated, or differs from what was published
 */
export async function readDataFile(file: DataFile, path: string): Promise<Uint8Array> {
  const stored = await readFile(path);
  const bytes = path.endsWith('.gz') ? await unpack(stored, path) : stored;
  await checkContents(file, bytes, path);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

async function unpack(packed: Uint8Array, path: string): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(packed);
  } catch (error) {
    throw new DataError(`${path}: cannot be unpacked (${error instanceof Error ? error.message : error}).`);
  }
}
