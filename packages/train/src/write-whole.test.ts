import { execFileSync } from 'node:child_process';
import { link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeWhole } from './write-whole.js';

let folder: string;
const at = (name: string) => join(folder, name);
const text = (name: string) => readFile(at(name), 'utf8');
const contents = new TextEncoder().encode('new');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spectrain-write-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('replaces a file: whoever has the earlier one open still reads it', async () => {
  await writeFile(at('file'), 'earlier');
  await link(at('file'), at('reader'));
  await writeWhole(at('file'), contents);
  expect([await text('file'), await text('reader')]).toEqual(['new', 'earlier']);
  expect((await readdir(folder)).sort()).toEqual(['file', 'reader']);
});

it('leaves nothing behind where it fails', async () => {
  await mkdir(at('folder'));
  await expect(writeWhole(at('folder'), contents)).rejects.toThrow('EISDIR');
  await expect(writeWhole(at('missing/file'), contents)).rejects.toThrow('ENOENT');
  expect(await readdir(folder)).toEqual(['folder']);
});

it('writes through a link', async () => {
  await writeFile(at('file'), 'earlier');
  await symlink('file', at('link'));
  await writeWhole(at('link'), contents);
  expect(await text('file')).toBe('new');
});

it.skipIf(process.platform === 'win32')('writes into a pipe', { timeout: 5000 }, async () => {
  execFileSync('mkfifo', [at('pipe')]);
  const [received] = await Promise.all([text('pipe'), writeWhole(at('pipe'), contents)]);
  expect(received).toBe('new');
});
