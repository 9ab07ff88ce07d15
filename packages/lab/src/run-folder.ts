import { randomUUID } from 'node:crypto';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from './input-error.js';

/** `runs/20260102-030405-digits`. */
export function defaultRunFolder(task: string, now: Date): string {
  const [date, time] = now
    .toISOString()
    .replace(/[-:]|\.\d+Z$/g, '')
    .split('T');
  return join('runs', `${date}-${time}-${task}`);
}

/**
 * Makes the folder for a new run and tries whether it can be written to.
 * @throws InputError when it cannot be, or holds the results of an earlier run
 */
export async function createRunFolder(folder: string): Promise<void> {
  if (await exists(join(folder, 'results.json')))
    throw new InputError('--out', folder, 'a folder without a results.json: that of an earlier run is kept');
  await requireWritable('--out', folder);
}

/** Makes a folder and tries whether it can be written to. @throws InputError */
export async function requireWritable(field: string, folder: string): Promise<void> {
  const probe = join(folder, `.${randomUUID()}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, '');
    await rm(probe);
  } catch (error) {
    throw new InputError(field, folder, `a folder that can be written to (${systemReason(error)})`);
  }
}

/** Replaces a file as a whole: readers see the old contents or the new. */
export async function writeWhole(path: string, contents: string): Promise<void> {
  await writeFile(`${path}.tmp`, contents);
  await rename(`${path}.tmp`, path);
}

function systemReason(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
