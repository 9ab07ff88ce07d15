import { randomUUID } from 'node:crypto';
import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { writeDurably } from './write-durably.js';

/** Writes a file as a whole: whatever happens, at `path` are the old contents or the new. Follows links. */
export async function writeWhole(path: string, contents: Uint8Array | string): Promise<void> {
  const target = await realpath(path).catch(() => path);
  // A device or pipe is not to be replaced by a file.
  if (await isSpecial(target)) return writeFile(target, contents);
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    // Before the rename: otherwise a power cut may leave the name with nothing behind it.
    await writeDurably(temporary, contents);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function isSpecial(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && !found.isFile();
}
