import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder } from '../testing/start-cli.js';
import { removeLeftovers } from './remove-leftovers.js';

test('removes what was left half written, but not what another process may be writing', async () => {
  const { path, remove } = await testFolder();
  const write = async (name: string, seconds = 0) => {
    await writeFile(join(path, name), '');
    const time = new Date(Date.now() - 1000 * seconds);
    await utimes(join(path, name), time, time);
  };
  for (const name of ['config.json', 'weights.safetensors', '.lock']) await write(name, 3600);
  await write('weights.safetensors.1.tmp');
  for (const name of ['config.json.1.tmp', '.lock-1']) await write(name, 61);
  for (const name of ['config.json.2.tmp', '.lock-2']) await write(name);
  for (const name of ['step-00000010', 'step-00000020', '.tmp-1'])
    await mkdir(join(path, 'checkpoints', name), { recursive: true });

  await removeLeftovers(path);
  expect((await readdir(path)).sort()).toEqual([
    '.lock',
    '.lock-2',
    'checkpoints',
    'config.json',
    'config.json.2.tmp',
    'weights.safetensors',
  ]);
  expect((await readdir(join(path, 'checkpoints'))).sort()).toEqual(['step-00000010', 'step-00000020']);
  await remove();
});
