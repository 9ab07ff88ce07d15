import { open, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { InputError } from '../input/input-error.js';
import { type Located, locate, overlay, plain } from './located.js';
import { parseLocated, placeText } from './parse-located.js';

const mostBytes = 1_000_000;

/**
 * Reads a file and those that it extends, laid over one another.
 * @param path from the working folder; `extends` is from the folder of the file that says it
 * @throws InputError
 */
export async function readLocated(path: string): Promise<Located> {
  return readChain(path, 'experiment', []);
}

/** The path of a file that is named in another. */
export function pathBeside(file: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(file), path);
}

async function readChain(path: string, place: string, readers: readonly string[]): Promise<Located> {
  const text = await readText(path, place);
  const own = await realpath(path);
  if (readers.includes(own)) throw new InputError(place, path, 'a file that does not extend itself');
  const patch = parseLocated(text, path);
  const { at } = patch;
  if (!('fields' in patch)) throw new InputError(placeText(at, []), plain(patch), 'an object with fields');
  const base = patch.fields.has('extends') ? locate(patch, ['extends']) : undefined;
  if (!base || ('scalar' in base && base.scalar === null)) return overlay(undefined, patch);
  const basePlace = placeText(base.at, ['extends']);
  const name = plain(base);
  if (typeof name !== 'string' || name === '')
    throw new InputError(basePlace, name, 'the path of a file, from the folder of this one');
  return overlay(await readChain(pathBeside(path, name), basePlace, [...readers, own]), patch);
}

async function readText(path: string, place: string): Promise<string> {
  const bytes = await readStart(path).catch((error: unknown) => {
    const reason = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
    throw new InputError(place, path, `the path of a file that can be read${reason}`);
  });
  if (!bytes) throw new InputError(place, path, 'the path of a file');
  if (bytes.length > mostBytes) throw new InputError(place, path, `a file of at most ${mostBytes} bytes`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(place, path, 'a text in UTF-8');
  }
}

/** One byte more than is allowed at most; nothing for what is no file: a pipe could keep one waiting for ever. */
async function readStart(path: string): Promise<Uint8Array | undefined> {
  if (!(await stat(path)).isFile()) return undefined;
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(mostBytes + 1), 0, mostBytes + 1, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
