import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { executeRun } from '../execute/execute-run.js';
import type { RunConfig } from '../run-config/run-config.js';
import { prepareRun, readRun, type StoredRun } from '../store/run-folder.js';
import { readTaskData } from '../tasks/task-data.js';
import { testFolder } from '../testing/start-cli.js';
import { testResults } from '../testing/test-results.js';
import { probeViews } from './probe-views.js';
import { reportHtml } from './report-html.js';

let folder: Awaited<ReturnType<typeof testFolder>>;
beforeAll(async () => {
  folder = await testFolder();
});
afterAll(() => folder.remove());

async function run(config: Partial<RunConfig> & Pick<RunConfig, 'task' | 'model'>): Promise<StoredRun> {
  const whole: RunConfig = {
    optimizer: 'momentum',
    spec: { kind: 'momentum', lr: 0.05 },
    seed: 0,
    epochs: 4,
    batchSize: 16,
    threads: 1,
    logEvery: 10,
    ...config,
  };
  await mkdir(folder.path, { recursive: true });
  const path = await prepareRun(join(folder.path, config.task.split(':')[0]!), whole);
  await executeRun(path, whole, {
    data: await readTaskData(whole, undefined),
    checkpoint: { seconds: 3600, last: 1, best: false },
    signal: new AbortController().signal,
  });
  return (await readRun(path))!;
}

test('has what the figures of each probe need', async () => {
  const spirals = await run({
    task: 'spirals:n=64:test=32',
    model: 'mlp-8',
    spec: { kind: 'smes', lr: 0.05, p: 0.25 },
    probes: [
      { name: 'gain', every: 4 },
      { name: 'temporal', every: 8 },
      { name: 'function', every: 4 },
      { name: 'curvature', every: 4 },
      { name: 'boundary' },
      { name: 'predictions', every: 4 },
    ],
  });
  const [view] = await probeViews([spirals, spirals]);
  for (const { gain, theory } of view!.gain!) expect(gain / theory!).toBeCloseTo(1, 1);
  expect(view!.temporal).toHaveLength(3);
  expect(view!.spectrogram!.map(({ step, frequency }) => [step, frequency])).toEqual([
    [8, 0.25],
    [8, 0.5],
    [16, 0.25],
    [16, 0.5],
  ]);
  expect(view!.split).toHaveLength(8);
  expect(view!.curvature).toHaveLength(200);
  expect(view!.boundary!.looks.map(({ epoch }) => epoch)).toEqual([1, 2, 4]);
  expect(view!.boundary!.truth.length).toBeGreaterThan(100);
  expect(view!.predictions!.at(-1)).toEqual({ step: 16, agreement: 1 });
  const page = reportHtml(testResults(['momentum'], [0]), [[view!]]);
  expect(page).toContain('<div class="panels instruments"></div>');
});

test('draws what is learned of each frequency', async () => {
  const sines = await run({
    task: 'sines:k=1,2:n=64',
    model: 'mlp-tanh-8',
    probes: [{ name: 'function', every: 8 }],
  });
  const [view] = await probeViews([sines]);
  expect(view!.spectrum!.map(({ step, frequency }) => [step, frequency])).toEqual([
    [8, 1],
    [8, 2],
    [16, 1],
    [16, 2],
  ]);
});

test('is nothing for runs without probes, whose report has no place for them', async () => {
  const plain = await run({ task: 'moons:n=32:test=16', model: 'mlp-4' });
  expect(await probeViews([plain])).toEqual([]);
  expect(reportHtml(testResults(['momentum'], [0]), [[]])).not.toContain('<div class="panels instruments">');
});
