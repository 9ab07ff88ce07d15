import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Dataset, loadDataSet } from '@spectrain/train';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RunConfig } from '../run-config/run-config.js';
import { type MetricLine, parseMetrics } from '../store/metrics.js';
import { prepareRun, readRun } from '../store/run-folder.js';
import { RunBusyError, RunLock } from '../store/run-lock.js';
import { readEventFile } from '../testing/read-event-file.js';
import { testFolder } from '../testing/start-cli.js';
import { type ExecuteOptions, executeRun } from './execute-run.js';

let data: Dataset;
beforeAll(async () => {
  const digits = await loadDataSet('digits');
  const count = 320;
  data = {
    ...digits,
    train: {
      inputs: digits.train.inputs.subarray(0, 64 * count),
      labels: digits.train.labels.subarray(0, count),
    },
  };
});
let folder: Awaited<ReturnType<typeof testFolder>>;
beforeEach(async () => {
  folder = await testFolder();
});
afterEach(() => folder.remove());

/** Of ten steps an epoch. */
const config: RunConfig = {
  task: 'digits',
  model: 'mlp-16',
  optimizer: 'lcam',
  spec: { kind: 'lcam', lr: 0.05 },
  seed: 1,
  epochs: 4,
  batchSize: 32,
  threads: 1,
  logEvery: 3,
};

const options = (more: Partial<ExecuteOptions> = {}): ExecuteOptions => ({
  data,
  checkpoint: { seconds: 3600, last: 2, best: false },
  signal: new AbortController().signal,
  ...more,
});

const linesOf = async (run: string): Promise<readonly MetricLine[]> =>
  parseMetrics(await readFile(join(run, 'metrics.jsonl'), 'utf8'));

/** The points of a curve in all event files of a run, as step and value. */
async function curve(run: string, tag: string): Promise<readonly (readonly number[])[]> {
  const names = (await readdir(run)).filter((name) => name.includes('tfevents')).sort();
  const files = await Promise.all(names.map((name) => readFile(join(run, name))));
  const points = files.flatMap((bytes) => readEventFile(bytes).points);
  return points.filter((point) => point.tag === tag).map(({ step, value }) => [step, value]);
}

/** Lines without what depends on time and place. */
function timeless(lines: readonly MetricLine[]): unknown[] {
  return lines
    .filter(({ kind }) => kind === 'step' || kind === 'epoch')
    .map((line) => ({ ...line, seconds: 0, examplesPerSecond: 0 }));
}

async function straight(): Promise<{ lines: unknown[]; weights: Buffer }> {
  const run = await prepareRun(join(folder.path, 'straight'), config);
  expect(await executeRun(run, config, options())).toEqual({ kind: 'end', status: 'completed' });
  return { lines: timeless(await linesOf(run)), weights: await readFile(join(run, 'weights.safetensors')) };
}

describe('a run in its folder', () => {
  test('has lines of steps and epochs, and ends with weights', async () => {
    const { lines } = await straight();
    expect(lines).toHaveLength(4 + 14);
    const [run] = await readdir(join(folder.path, 'straight'));
    const stored = (await readRun(join(folder.path, 'straight', run!)))!;
    expect(stored).toMatchObject({ status: 'completed', step: 40, config });
    expect(stored.run.epochs.map(({ step }) => step)).toEqual([10, 20, 30, 40]);
    expect(stored.run.trace.map(({ step }) => step)).toEqual([
      3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33, 36, 39, 40,
    ]);
    expect(await readdir(stored.folder)).not.toContain('.lock');
  });

  test('that is over is left as it is', async () => {
    await straight();
    const before = await linesOf(await prepareRun(join(folder.path, 'straight'), config));
    await straight();
    expect(await linesOf(await prepareRun(join(folder.path, 'straight'), config))).toEqual(before);
  });

  test('stopped wherever, it goes on to the same lines and bits', async () => {
    const whole = await straight();
    const run = await prepareRun(folder.path, config);
    for (let epoch = 1; epoch <= 3; epoch++) {
      const controller = new AbortController();
      const stopped = await executeRun(
        run,
        config,
        options({ signal: controller.signal, onEpoch: () => controller.abort() }),
      );
      expect(stopped.status).toBe('stopped');
      // The step that was under way when it was asked to stop.
      expect((await readRun(run))!.step).toBeGreaterThanOrEqual(10 * epoch);
    }
    await executeRun(run, config, options());
    expect(timeless(await linesOf(run))).toEqual(whole.lines);
    expect(await readFile(join(run, 'weights.safetensors'))).toEqual(whole.weights);
    const { epochs, trace } = (await readRun(run))!.run;
    expect(await curve(run, 'train/loss')).toEqual(trace.map(({ step, loss }) => [step, Math.fround(loss)]));
    expect(await curve(run, 'momentum')).toHaveLength(14);
    expect(await curve(run, 'test/accuracy')).toEqual(
      epochs.map(({ step, testAccuracy }) => [step, Math.fround(testAccuracy!)]),
    );
  });

  test('goes on from the checkpoint before a corrupt one, and says so', async () => {
    const whole = await straight();
    const run = await prepareRun(folder.path, config);
    const controller = new AbortController();
    const checkpoint = { seconds: 0, last: 3, best: false };
    await executeRun(run, config, {
      ...options({ signal: controller.signal, checkpoint }),
      onEpoch: ({ epoch }) => epoch === 2 && controller.abort(),
    });
    const names = (await readdir(join(run, 'checkpoints'))).sort();
    expect(names).toHaveLength(3);
    await truncate(join(run, 'checkpoints', names[2]!, 'weights.safetensors'), 100);
    await writeFile(join(run, 'metrics.jsonl'), '{"kind":"ste', { flag: 'a' });
    const notes: string[] = [];
    await executeRun(run, config, options({ onNote: (text) => notes.push(text) }));
    expect(notes).toEqual([
      expect.stringMatching(`^checkpoints/${names[2]} cannot be used: .* has 100 bytes`),
    ]);
    expect(await readdir(join(run, 'checkpoints'))).not.toContain(names[2]);
    expect(timeless(await linesOf(run))).toEqual(whole.lines);
    expect(await readFile(join(run, 'weights.safetensors'))).toEqual(whole.weights);
  });

  test('begins anew where its metrics were removed, rather than without some of them', async () => {
    const whole = await straight();
    const run = await prepareRun(folder.path, config);
    const controller = new AbortController();
    const stop = ({ epoch }: { epoch: number }) => epoch === 2 && controller.abort();
    await executeRun(run, config, options({ signal: controller.signal, onEpoch: stop }));
    await rm(join(run, 'metrics.jsonl'));
    const notes: string[] = [];
    await executeRun(run, config, options({ onNote: (text) => notes.push(text) }));
    expect(notes).toEqual([expect.stringMatching(/ cannot be used: metrics\.jsonl has only 0 epochs$/)]);
    expect(timeless(await linesOf(run))).toEqual(whole.lines);
    expect(await readFile(join(run, 'weights.safetensors'))).toEqual(whole.weights);
  });

  test('keeps the checkpoint of the best epoch', async () => {
    const run = await prepareRun(folder.path, config);
    await executeRun(run, config, options({ checkpoint: { seconds: 0, last: 1, best: true } }));
    const { epochs } = (await readRun(run))!.run;
    const best = epochs.reduce((a, b) => (b.testLoss < a.testLoss ? b : a));
    const names = await readdir(join(run, 'checkpoints'));
    expect(names).toContain(`step-${String(best.step).padStart(8, '0')}`);
    expect(names.length).toBeLessThanOrEqual(2);
  });

  test('is refused to a second process', async () => {
    const run = await prepareRun(folder.path, config);
    const lock = await RunLock.acquire(join(run, '.lock'));
    await expect(executeRun(run, config, options())).rejects.toThrow(RunBusyError);
    expect((await readRun(run))!.status).toBe('running');
    await lock.release();
    expect((await readRun(run))!.status).toBe('pending');
  });

  test('tells why it failed, and can be tried again', async () => {
    const run = await prepareRun(folder.path, config);
    const wrong = { ...config, augmentation: { shift: true } };
    const end = await executeRun(run, wrong, options());
    expect(end.status).toBe('failed');
    expect((await readRun(run))!.run).toMatchObject({ status: 'failed', reason: end.reason });
    expect((await executeRun(run, config, options())).status).toBe('completed');
    expect((await readRun(run))!.status).toBe('completed');
  });

  test('goes on without checkpoints where none can be written', async () => {
    const run = await prepareRun(folder.path, config);
    await writeFile(join(run, 'checkpoints'), 'not a folder');
    const notes: string[] = [];
    const end = await executeRun(
      run,
      config,
      options({ checkpoint: { seconds: 0, last: 1, best: false }, onNote: (text) => notes.push(text) }),
    );
    expect(end.status).toBe('completed');
    expect(notes[0]).toMatch(/^no checkpoint could be written at step 1: /);
    await rm(join(run, 'checkpoints'));
  });
});
