import { randomUUID } from 'node:crypto';
import { access, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
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
    await makeFolder(resolve(folder));
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

/** Makes a folder and those above it. Not by `recursive`, which in Node 20 never ends below `/proc`. */
async function makeFolder(folder: string): Promise<void> {
  if (await exists(folder)) return;
  await makeFolder(dirname(folder));
  await mkdir(folder);
}

/** @throws InputError when the path is that of a folder, or its folder cannot be written to */
export async function requireWritableFile(field: string, path: string): Promise<void> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) throw new InputError(field, path, 'the path of a file');
  await requireWritable(field, dirname(path));
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
