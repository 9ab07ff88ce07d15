import { DataError } from './data-error.js';
import type { DataFile } from './data-set-info.js';

/**
 * A page that is not served securely has no checksums: there only the size is checked.
 * @throws DataError when size or checksum are not those of the file
 */
export async function checkContents(file: DataFile, bytes: Uint8Array, path: string): Promise<void> {
  if (bytes.length !== file.bytes) {
    const problem = bytes.length < file.bytes ? 'truncated' : 'too long';
    throw new DataError(`${path}: ${problem}, found ${bytes.length} bytes, expected ${file.bytes}.`);
  }
  if (file.sha256 === undefined) return;
  const sha256 = await digest(bytes);
  if (sha256 !== undefined && sha256 !== file.sha256)
    throw new DataError(`${path}: wrong checksum, found sha256 ${sha256}, expected ${file.sha256}.`);
}

/** In hexadecimal; off the event loop. */
async function digest(bytes: Uint8Array): Promise<string | undefined> {
  const { subtle }: { subtle?: typeof crypto.subtle } = globalThis.crypto;
  if (!subtle) return undefined;
  const hash = await subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
