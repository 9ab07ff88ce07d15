import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testFolder } from '../testing/start-cli.js';
import { hasRedis, TestRedis } from '../testing/test-redis.js';
import { connectRedis, requireRedisUrl, withoutCredentials } from './connection.js';

describe('the URL of a queue', () => {
  test.each(['redis://host', 'redis://:p%23w@host:1/2', 'rediss://user:pw@[::1]:6380'])('%s', (url) => {
    expect(() => requireRedisUrl(url)).not.toThrow();
  });

  test.each([
    '',
    'host',
    'http://host',
    'redis://',
    'redis://host/x',
    'redis://:p#w@host',
    'redis://:%@host',
  ])('%s is none', (url) => {
    expect(() => requireRedisUrl(url)).toThrow(/^--queue: found .*; allowed: redis:/);
  });

  test.each([
    'redis://:secret@host',
    'redis://me:secret@x@host/1',
    'redis://:sec#ret@host',
    'redis://h?p=secret',
  ])('%s is shown without what is secret', (url) => {
    expect(withoutCredentials(url)).not.toMatch(/sec|ret|me/);
  });
});

describe.skipIf(!hasRedis)('a connection (needs redis-server)', () => {
  let folder: Awaited<ReturnType<typeof testFolder>>;
  let redis: TestRedis;
  beforeAll(async () => {
    folder = await testFolder();
    redis = await TestRedis.start(folder.path, ['--requirepass', 'secret']);
  });
  afterAll(async () => {
    await redis.stop();
    await folder.remove();
  });
  const url = (password: string) => `redis://:${password}@127.0.0.1:${redis.port}`;

  test('that cannot be made is told in one line without passwords', async () => {
    await expect(connectRedis(url('wrong'), () => {})).rejects.toThrow(
      `--queue: found "redis://127.0.0.1:${redis.port}"; allowed: the URL of a Redis that answers (WRONGPASS`,
    );
    await expect(connectRedis('redis://127.0.0.1:1', () => {})).rejects.toThrow('ECONNREFUSED');
  });

  test('that is lost is made again, and each is told once', async () => {
    const notes: string[] = [];
    const client = await connectRedis(url('secret'), (text) => notes.push(text));
    await client.set('key', 'value');
    await redis.stop();
    const waiting = client.get('key');
    await sleep(1_000);
    await redis.start();
    expect(await waiting).toBe('value');
    const place = `redis://127.0.0.1:${redis.port}`;
    expect(notes).toEqual([`${place}: connection lost; trying again`, `${place}: connected again`]);
    client.disconnect();
  });
});
