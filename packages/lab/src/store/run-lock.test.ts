import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testFolder } from '../testing/start-cli.js';
import { lockOwner, RunBusyError, RunLock } from './run-lock.js';

let folder: Awaited<ReturnType<typeof testFolder>>;
let path: string;
beforeEach(async () => {
  folder = await testFolder();
  path = join(folder.path, '.lock');
});
afterEach(() => folder.remove());

test('is had by one at a time, and leaves nothing', async () => {
  const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => RunLock.acquire(path)));
  const won = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
  expect(won).toHaveLength(1);
  expect(attempts.find((attempt) => attempt.status === 'rejected')?.reason).toBeInstanceOf(RunBusyError);
  expect((await lockOwner(path))?.pid).toBe(process.pid);
  await won[0]!.release();
  expect(await lockOwner(path)).toBeUndefined();
  expect(await readdir(folder.path)).toEqual([]);
});

test('of a process that was killed is taken over at once, by one', async () => {
  const lock = new URL('../../dist/store/run-lock.js', import.meta.url).href;
  const code = `const { RunLock } = await import(${JSON.stringify(lock)});
    await RunLock.acquire(${JSON.stringify(path)}); console.log('has it'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code]);
  await once(child.stdout, 'data');
  await expect(RunLock.acquire(path)).rejects.toThrow(`process ${child.pid} on`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => RunLock.acquire(path)));
  const won = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
  expect(won).toHaveLength(1);
  await won[0]!.release();
});

test('of a process with the same number that is another one is taken over', async () => {
  const own = await RunLock.acquire(path);
  const owner = JSON.parse(await readFile(path, 'utf8'));
  await own.release();
  await writeFile(path, JSON.stringify({ ...owner, started: '1' }));
  await (await RunLock.acquire(path)).release();
});

test('of another machine is taken over when nothing has been heard of it for a minute', async () => {
  const other = JSON.stringify({ host: 'elsewhere', pid: 1, started: '5' });
  await writeFile(path, other);
  await expect(RunLock.acquire(path)).rejects.toThrow('process 1 on elsewhere is at work on it');
  const old = new Date(Date.now() - 61_000);
  await utimes(path, old, old);
  await (await RunLock.acquire(path)).release();
});

test('that another has taken over meanwhile is left to it', async () => {
  const own = await RunLock.acquire(path);
  const other = JSON.stringify({ host: 'elsewhere', pid: 1, started: '5' });
  await writeFile(path, other);
  await own.release();
  expect(await readFile(path, 'utf8')).toBe(other);
});
