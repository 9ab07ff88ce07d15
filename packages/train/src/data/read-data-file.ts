import { webcrypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
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

/** @throws DataError when size or checksum are not those of the file */
export async function checkContents(file: DataFile, bytes: Uint8Array, path: string): Promise<void> {
  if (bytes.length !== file.bytes) {
    const problem = bytes.length < file.bytes ? 'truncated' : 'too long';
    throw new DataError(`${path}: ${problem}, found ${bytes.length} bytes, expected ${file.bytes}.`);
  }
  // Off the event loop, unlike createHash.
  const sha256 = Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex');
  if (sha256 !== file.sha256)
    throw new DataError(`${path}: wrong checksum, found sha256 ${sha256}, expected ${file.sha256}.`);
}
