import { readFile } from 'node:fs/promises';
import { DataError } from './data-error.js';
import { fromText, type TextData, type TextOptions } from './text.js';

/**
 * {@link fromText} for a file in UTF-8.
 * @throws DataError also for a file that cannot be read or is not in UTF-8
 */
export async function loadText(path: string, options: Omit<TextOptions, 'name'> = {}): Promise<TextData> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new DataError(`${path}: there is no such file.`);
    if (error.code === 'EISDIR') throw new DataError(`${path}: it is a folder, not a text file.`);
    throw new DataError(`${path}: it cannot be read (${error.code ?? error.message}).`);
  });
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      throw new DataError(`${path}: it is not a text in UTF-8.`);
    throw new DataError(`${path}: it cannot be read as text (${code ?? message}).`);
  }
  return fromText(text, { ...options, name: path });
}
