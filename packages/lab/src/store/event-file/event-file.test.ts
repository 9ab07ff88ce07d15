import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readEventFile } from '../../testing/read-event-file.js';
import { testFolder } from '../../testing/start-cli.js';
import type { MetricLine } from '../metrics.js';
import { EventFile } from './event-file.js';
import { tfRecord } from './tf-record.js';

let folder: Awaited<ReturnType<typeof testFolder>>;
beforeEach(async () => {
  folder = await testFolder();
});
afterEach(() => {
  vi.useRealTimers();
  return folder.remove();
});

const step = (number: number, loss: number): MetricLine => ({
  kind: 'step',
  step: number,
  loss,
  lr: 0.5,
  p: 0.25,
});
const epoch: MetricLine = {
  kind: 'epoch',
  epoch: 1,
  step: 20,
  trainLoss: 1,
  testLoss: 0.75,
  testAccuracy: 0.875,
  seconds: 1,
  examplesPerSecond: 10,
  lr: 0.5,
};

function write(...lines: readonly MetricLine[]): void {
  const file = new EventFile(folder.path);
  for (const line of lines) file.append(line);
  file.close();
}

const files = async () => (await readdir(folder.path)).sort();
const read = async (name: string) => readEventFile(await readFile(join(folder.path, name)));

test('has records as TensorBoard’s own RecordWriter writes them', () => {
  const hex = (text: string) => Buffer.from(tfRecord(Buffer.from(text))).toString('hex');
  expect(hex('')).toBe('000000000000000029039807d8ea82a2');
  expect(hex('spectrain')).toBe('090000000000000037f9713973706563747261696e6fb15f31');
});

test('has a loss beyond float32 as an infinite one', async () => {
  write(step(10, 8e41));
  const [name] = await files();
  expect((await read(name!)).points[0]).toEqual({
    tag: 'train/loss',
    step: 10,
    value: Number.POSITIVE_INFINITY,
  });
});

test('is read back by other libraries', async () => {
  write({ kind: 'note', text: 'no point' }, step(10, 1.5), step(20, 0), epoch);
  const [name] = await files();
  expect(name).toMatch(/^events\.out\.tfevents\.\d{10}\..+\.\d+\.0$/);
  expect(await read(name!)).toEqual({
    version: 'brain.Event:2',
    points: [
      { tag: 'train/loss', step: 10, value: 1.5 },
      { tag: 'lr', step: 10, value: 0.5 },
      { tag: 'p', step: 10, value: 0.25 },
      { tag: 'train/loss', step: 20, value: 0 },
      { tag: 'lr', step: 20, value: 0.5 },
      { tag: 'p', step: 20, value: 0.25 },
      { tag: 'test/loss', step: 20, value: 0.75 },
      { tag: 'test/accuracy', step: 20, value: 0.875 },
    ],
  });
});

test('of a run that goes on is a new one, also within a second', async () => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  write({ kind: 'note', text: 'no point' });
  expect(await files()).toEqual([]);
  write(step(10, 1));
  write(step(20, 2));
  const names = await files();
  expect(names).toHaveLength(2);
  expect((await read(names[1]!)).points[0]).toEqual({ tag: 'train/loss', step: 20, value: 2 });
});

test('that is torn is read up to there', async () => {
  write(step(10, 1), step(20, 2));
  const bytes = await readFile(join(folder.path, (await files())[0]!));
  const whole = readEventFile(bytes).points;
  for (let length = 0; length < bytes.length; length++) {
    const { points } = readEventFile(bytes.subarray(0, length));
    expect(points).toEqual(whole.slice(0, points.length));
  }
});
