import { randomUUID } from 'node:crypto';
import { access, mkdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { InputError } from '../input/input-error.js';
import { slug } from '../run-config/run-config.js';

/**
 * Makes a folder such as `runs/20260102-030405-digits` for a new experiment; where another that started in the same second has
 * it, the first of `...-2`, `...-3` and so on that is free.
 */
export async function createDefaultFolder(name: string, now: Date, parent = 'runs'): Promise<string> {
  await requireWritable('--out', parent);
  const [date, time] = now
    .toISOString()
    .replace(/[-:]|\.\d+Z$/g, '')
    .split('T');
  const first = join(parent, `${date}-${time}-${slug(name)}`);
  let folder = first;
  for (let i = 2; !(await makeNew(folder)); i++) folder = `${first}-${i}`;
  return folder;
}

/**
 * Makes the folder for an experiment, unless it is there, and tries whether it can be written to.
 * @throws InputError when it cannot be
 */
export async function openFolder(folder: string): Promise<string> {
  if (folder === '') throw new InputError('--out', folder, 'the path of a folder');
  await requireWritable('--out', folder);
  return folder;
}

/** Makes a folder and tries whether it can be written to. @throws InputError */
export async function requireWritable(field: string, folder: string): Promise<void> {
  try {
    await tryWriting(join(folder, `.${randomUUID()}.tmp`));
  } catch (error) {
    throw new InputError(field, folder, `a folder that can be written to (${systemReason(error)})`);
  }
}

/** Makes the folder of a file and tries whether it can be written. @throws InputError */
export async function requireWritableFile(field: string, path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (path === '' || path.endsWith('/') || path.endsWith(sep) || found?.isDirectory())
    throw new InputError(field, path, 'the path of a file');
  // A device or pipe is written to as it is.
  if (found && !found.isFile()) return;
  try {
    await tryWriting(`${await realpath(path).catch(() => path)}.${randomUUID()}.tmp`);
  } catch (error) {
    throw new InputError(field, path, `the path of a file that can be written (${systemReason(error)})`);
  }
}

async function tryWriting(path: string): Promise<void> {
  await makeFolder(resolve(dirname(path)));
  await writeFile(path, '');
  await rm(path);
}

/** Makes a folder and those above it. Not by `recursive`, which in Node 20 never ends below `/proc`. */
async function makeFolder(folder: string): Promise<void> {
  if (await exists(folder)) return;
  await makeFolder(dirname(folder));
  await makeNew(folder);
}

/** Makes a folder; false where it is there already, perhaps made by another run just now. */
async function makeNew(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if (systemReason(error) === 'EEXIST') return false;
    throw error;
  }
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
