import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadDataSet } from '@spectrain/train';
import { type ConnectionOptions, Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { executeRun } from '../execute/execute-run.js';
import type { RunsObserver } from '../execute/run-all.js';
import type { Interruption } from '../interruption.js';
import { type RunConfig, runId } from '../run-config/run-config.js';
import { parseMetrics } from '../store/metrics.js';
import { prepareRun, readRun } from '../store/run-folder.js';
import { startCli, testFolder } from '../testing/start-cli.js';
import { testConfig } from '../testing/test-config.js';
import { hasRedis, TestRedis } from '../testing/test-redis.js';
import { keysOf, queueName } from './keys.js';
import { experimentInQueue } from './queue-record.js';
import { runAllQueued } from './run-all-queued.js';

const checkpoint = { seconds: 60, last: 2, best: false };

describe.skipIf(!hasRedis)('runs in a queue (needs redis-server)', () => {
  let folder: Awaited<ReturnType<typeof testFolder>>;
  let server: TestRedis;
  let redis: Redis;
  let workers: ReturnType<typeof startCli>[];
  beforeAll(async () => {
    folder = await testFolder();
    server = await TestRedis.start(folder.path);
    redis = new Redis(server.url);
  });
  beforeEach(async () => {
    await redis.flushall();
    workers = [];
  });
  afterEach(async () => {
    for (const { child } of workers) child.kill('SIGTERM');
    await Promise.all(workers.map(({ ended }) => ended));
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
    await folder.remove();
  });

  const startWorker = (...more: string[]) => {
    const worker = startCli(['worker', '--queue', server.url, '--lock', '2', ...more], folder.path);
    workers.push(worker);
    return worker;
  };
  const coordinate = (
    name: string,
    configs: readonly RunConfig[],
    more: { observer?: RunsObserver; signal?: AbortSignal; retries?: number } = {},
  ) => {
    const { signal = new AbortController().signal, retries = 0, observer = {} } = more;
    const interruption: Interruption = {
      signal,
      overdue: new Promise(() => {}),
      status: undefined,
      dispose: () => {},
    };
    const place = { queue: server.url, folder: join(folder.path, name), checkpoint };
    return runAllQueued(configs, { ...place, retries, interruption, observer });
  };
  const stored = async (name: string, config: RunConfig) =>
    (await readRun(join(folder.path, name, runId(config))))!;
  const weights = (name: string, config: RunConfig) =>
    readFile(join(folder.path, name, runId(config), 'weights.safetensors'));
  const carriedOutHere = async (config: RunConfig) => {
    const data = await loadDataSet('digits');
    const run = await prepareRun(join(folder.path, 'here'), config);
    await executeRun(run, config, { data, checkpoint, signal: new AbortController().signal });
    return weights('here', config);
  };
  const until = async (isSo: () => Promise<boolean> | boolean) => {
    while (!(await isSo())) await sleep(50);
  };

  test('end in the folder with the bits they have here, each once, and leave nothing in Redis', async () => {
    const configs = [0, 1, 2, 3].map((seed) => testConfig({ seed, ...(seed > 1 && { trial: seed }) }));
    const ended: string[] = [];
    const epochs: string[] = [];
    startWorker();
    startWorker('--jobs', '2');
    await coordinate('all', configs, {
      observer: {
        onEnd: ({ id, status }) => void ended.push(`${id} ${status}`),
        onEpoch: (config, { epoch }) => void epochs.push(`${runId(config)} ${epoch}`),
      },
    });
    expect(ended.toSorted()).toEqual(configs.map((config) => `${runId(config)} completed`));
    expect(epochs.toSorted()).toEqual(configs.flatMap((c) => [`${runId(c)} 1`, `${runId(c)} 2`]));
    for (const config of configs) expect(await weights('all', config)).toEqual(await carriedOutHere(config));
    await until(async () => !(await redis.keys('*')).some((key) => key.includes(runId(configs[0]!))));
    expect(await redis.keys(`${queueName}:*`)).toEqual([]);

    // Another call finds all done.
    await coordinate('all', configs, { observer: { onEnd: ({ id }) => void ended.push(id) } });
    expect(ended).toHaveLength(8);
  });

  test('go on while nobody waits, and are fetched later', async () => {
    const configs = [0, 1].map((seed) => testConfig({ seed }));
    const controller = new AbortController();
    const notes: string[] = [];
    const observer = { onQueue: (text: string) => void notes.push(text) };
    setTimeout(() => controller.abort(), 300);
    await coordinate('away', configs, { signal: controller.signal, observer });
    expect(notes).toEqual(['2 runs stay in the queue; the same command with this --out goes on']);
    startWorker();
    const { results } = keysOf(await experimentInQueue(join(folder.path, 'away')));
    await until(async () => (await redis.hlen(results)) === 2);
    await coordinate('away', configs);
    for (const config of configs) expect((await stored('away', config)).status).toBe('completed');
    expect(await redis.exists(results)).toBe(0);
  });

  test('that fail or diverge end so', async () => {
    const failing = testConfig({ augmentation: { shift: true } });
    const diverging = testConfig({ spec: { kind: 'sgd', lr: 1e30 } });
    const notes: string[] = [];
    startWorker();
    const observer = { onNote: (_: RunConfig, text: string) => void notes.push(text) };
    await coordinate('bad', [failing, diverging], { retries: 1, observer });
    const { status, run } = await stored('bad', failing);
    expect(status).toBe('failed');
    expect(run.reason).toMatch(/shift/);
    expect((await stored('bad', diverging)).status).toBe('diverged');
    expect(notes.filter((text) => text.startsWith('an attempt failed'))).toHaveLength(2);
  });

  test('say which worker has no data', async () => {
    const config = testConfig({ task: 'mnist' });
    startWorker('--name', 'poor');
    await coordinate('no-data', [config]);
    expect((await stored('no-data', config)).run.reason).toMatch(/^worker poor: mnist: /);
  });

  test('are carried out again where the result is not what was sent', async () => {
    const config = testConfig();
    const experiment = await coordinatedName('spoilt', config);
    const parcel = { bytes: 1, sha256: 'ab'.repeat(32), pieces: 1 };
    await redis.hset(keysOf(experiment).results, runId(config), JSON.stringify({ metrics: parcel }));
    await redis.set(keysOf(experiment).piece(runId(config), parcel.sha256, 0), 'x');
    const notes: string[] = [];
    startWorker();
    const observer = { onNote: (_: RunConfig, text: string) => void notes.push(text) };
    await coordinate('spoilt', [config], { retries: 1, observer });
    expect(notes).toEqual(['its result did not arrive whole: the checksum differs; trying again']);
    expect(await weights('spoilt', config)).toEqual(await carriedOutHere(config));
  });

  test('do not suffer from news and results that make no sense', async () => {
    const config = testConfig();
    const experiment = await coordinatedName('garbage', config);
    const { live, results } = keysOf(experiment);
    await redis.hset(results, runId(config), '{"metrics":{}}');
    for (const progress of ['{', '{"epoch":"one"}', '[]'])
      await redis.xadd(live, '*', 'run', runId(config), 'progress', progress, 'lines', '{"kind":1}\n');
    const notes: string[] = [];
    startWorker();
    const observer = { onNote: (_: RunConfig, text: string) => void notes.push(text) };
    await coordinate('garbage', [config], { retries: 1, observer });
    expect(notes).toEqual([expect.stringMatching(/^its result did not arrive whole: result\.metrics/)]);
    expect(await weights('garbage', config)).toEqual(await carriedOutHere(config));
  });

  test('go on from the checkpoint of a worker that was told to stop', async () => {
    const config = testConfig({ epochs: 120 });
    const shared = join(folder.path, 'shared');
    const first = startWorker('--artifacts', shared);
    const done = coordinate('handed-on', [config]);
    const metrics = join(shared, runId(config), 'metrics.jsonl');
    await until(async () => (await readFile(metrics, 'utf8').catch(() => '')).includes('"kind":"epoch"'));
    first.child.kill('SIGTERM');
    expect((await first.ended).status).toBe(143);
    expect(await readdir(join(shared, runId(config), 'checkpoints'))).toHaveLength(1);
    startWorker('--artifacts', shared);
    await done;
    const lines = parseMetrics(
      await readFile(join(folder.path, 'handed-on', runId(config), 'metrics.jsonl'), 'utf8'),
    );
    const starts = lines.flatMap((line) => (line.kind === 'start' ? [line.step] : []));
    expect(starts).toEqual([0, expect.any(Number)]);
    expect(starts[1]).toBeGreaterThan(0);
    expect(await weights('handed-on', config)).toEqual(await carriedOutHere(config));
  });

  test('survive a worker that is killed', async () => {
    const config = testConfig({ epochs: 60 });
    const first = startWorker();
    const done = coordinate('killed', [config]);
    await until(async () => (await redis.llen(`bull:${queueName}:active`)) === 1);
    await sleep(400);
    first.child.kill('SIGKILL');
    startWorker();
    await done;
    expect(await weights('killed', config)).toEqual(await carriedOutHere(config));
  });

  test('do not suffer from a job that makes no sense', async () => {
    const config = testConfig();
    const queue = new Queue(queueName, { connection: redis as ConnectionOptions });
    await queue.add('run', { format: 1 }, { jobId: 'nonsense', attempts: 3 });
    const worker = startWorker('--name', 'w');
    await coordinate('sense', [config]);
    expect((await stored('sense', config)).status).toBe('completed');
    const job = await queue.getJob('nonsense');
    expect(job).toMatchObject({
      attemptsMade: 1,
      failedReason: expect.stringMatching(/^job nonsense: payload\.experiment: found nothing; allowed: .*$/),
    });
    worker.child.kill('SIGTERM');
    expect((await worker.ended).stderr).toContain('w: refused job nonsense: payload.experiment: found');
  });

  test('are asked for by every command that trains', async () => {
    await writeFile(
      join(folder.path, 'file.yaml'),
      'task: digits\nmodel: mlp-8\nepochs: 1\nseeds: 1\noptimizers: {adam: adam}\n',
    );
    const worker = startWorker('--name', 'w');
    const place = ['--queue', server.url, '--out'];
    for (const args of [
      ['run', 'file.yaml', ...place, 'run'],
      ['compare', '--optimizers', 'adam', '--seeds', '1', '--epochs', '1', ...place, 'compare'],
      ['train', '--epochs', '1', ...place, 'train'],
    ]) {
      expect((await startCli(args, folder.path).ended).status).toBe(0);
    }
    worker.child.kill('SIGTERM');
    expect((await worker.ended).stderr.match(/^w: adam-seed0-.* completed$/gm)).toHaveLength(3);
  });

  test('have one coordinator for a folder', async () => {
    const controller = new AbortController();
    const first = coordinate('twice', [testConfig()], { signal: controller.signal });
    await until(async () => (await redis.keys(`${queueName}:*:wanted`)).length === 1);
    await expect(coordinate('twice', [testConfig()])).rejects.toThrow(/^--out: /);
    controller.abort();
    await first;
  });

  /** Makes the folder of an experiment, as if it had been begun. @returns its name in the queue */
  async function coordinatedName(name: string, config: RunConfig): Promise<string> {
    await prepareRun(join(folder.path, name), config);
    return experimentInQueue(join(folder.path, name));
  }
});
