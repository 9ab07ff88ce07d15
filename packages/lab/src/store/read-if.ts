import { readFile } from 'node:fs/promises';

/** The text of a file; nothing where it is not there. */
export async function readIf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
}

/** JSON as a value; nothing where it is not JSON. */
export function parseIf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
