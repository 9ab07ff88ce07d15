import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { testFolder } from '../testing/start-cli.js';
import { createDefaultFolder, requireWritable, requireWritableFile } from './experiment-folder.js';

let folder: Awaited<ReturnType<typeof testFolder>>;
beforeEach(async () => {
  folder = await testFolder();
});
afterEach(() => folder.remove());

it('gives runs that start in the same second folders of their own', async () => {
  const now = new Date('2026-01-02T03:04:05.678Z');
  const parent = join(folder.path, 'runs');
  const claimed = await Promise.all([1, 2, 3].map(() => createDefaultFolder('digits', now, parent)));
  const expected = ['20260102-030405-digits', '20260102-030405-digits-2', '20260102-030405-digits-3'];
  expect(claimed.sort()).toEqual(expected.map((name) => join(parent, name)));
  expect((await readdir(parent)).sort()).toEqual(expected);
});

it('keeps the folder where it belongs, whatever the name', async () => {
  const parent = join(folder.path, 'runs');
  const made = await createDefaultFolder('../../a b/ü', new Date('2026-01-02T03:04:05.678Z'), parent);
  expect(made).toBe(join(parent, '20260102-030405-.._.._a_b_'));
});

it('makes folders that another run makes at the same time', async () => {
  const path = join(folder.path, 'a', 'b', 'c');
  await Promise.all(Array.from({ length: 8 }, () => requireWritable('--out', path)));
  expect(await readdir(path)).toEqual([]);
});

it('tries whether a file can be written, and leaves nothing', async () => {
  await requireWritableFile('--save', join(folder.path, 'models', 'model.onnx'));
  expect(await readdir(join(folder.path, 'models'))).toEqual([]);
  await mkdir(join(folder.path, 'model.onnx'));
  await expect(requireWritableFile('--save', join(folder.path, 'model.onnx'))).rejects.toThrow(
    'allowed: the path of a file',
  );
});

it.runIf(process.platform === 'linux')('refuses a folder that even root cannot make', async () => {
  await expect(requireWritable('--out', '/proc/below/further')).rejects.toThrow(
    /^--out: found "\/proc\/below\/further"; allowed: a folder that can be written to \(ENOENT\)$/,
  );
});
