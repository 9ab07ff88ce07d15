import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SpectrumLine } from '@spectrain/spectral';
import type { Dataset } from '@spectrain/train';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { executeRun } from '../execute/execute-run.js';
import type { ProbeSettings, RunConfig } from '../run-config/run-config.js';
import { type MetricLine, parseMetrics } from '../store/metrics.js';
import { prepareRun } from '../store/run-folder.js';
import { readTaskData } from '../tasks/task-data.js';
import { testFolder } from '../testing/start-cli.js';

let folder: Awaited<ReturnType<typeof testFolder>>;
beforeEach(async () => {
  folder = await testFolder();
});
afterEach(() => folder.remove());

const shared = { optimizer: 'nsf', seed: 0, epochs: 3, batchSize: 16, threads: 1, logEvery: 10 };

async function train(
  name: string,
  config: RunConfig,
  data: Dataset,
  stopAfter?: number,
): Promise<{ readonly weights: () => Promise<Buffer>; readonly lines: readonly MetricLine[] }> {
  const run = await prepareRun(join(folder.path, name), config);
  const controller = new AbortController();
  await executeRun(run, config, {
    data,
    checkpoint: { seconds: 3600, last: 1, best: false },
    signal: controller.signal,
    onEpoch: ({ epoch }) => epoch === stopAfter && controller.abort(),
  });
  return {
    weights: () => readFile(join(run, 'weights.safetensors')),
    lines: parseMetrics(await readFile(join(run, 'metrics.jsonl'), 'utf8')),
  };
}

const timeless = (lines: readonly MetricLine[]) =>
  lines
    .filter(({ kind }) => kind === 'step' || kind === 'epoch')
    .map((line) => ({ ...line, seconds: 0, examplesPerSecond: 0 }));
const probeLines = (lines: readonly MetricLine[]) =>
  lines.flatMap((line) => (line.kind === 'probe' ? [`${line.probe} ${line.step}`] : []));

const cases: readonly {
  readonly task: string;
  readonly model: string;
  readonly probes: readonly ProbeSettings[];
  readonly seen: Readonly<Record<string, number>>;
}[] = [
  {
    task: 'sines:k=1,2:n=64',
    model: 'mlp-tanh-8',
    probes: [
      { name: 'gain', every: 4 },
      { name: 'temporal', every: 8 },
      { name: 'function', every: 6 },
      { name: 'curvature' },
    ],
    seen: { gain: 3, temporal: 1, function: 2, curvature: 3 },
  },
  {
    task: 'spirals:n=64:test=32',
    model: 'mlp-8',
    probes: [{ name: 'boundary' }, { name: 'predictions', every: 3 }, { name: 'function', every: 12 }],
    seen: { boundary: 3, predictions: 4, function: 1 },
  },
  {
    task: 'gratings:k=1,1,2:a=1,1,0:phase=0:n=64',
    model: 'mlp-tanh-8',
    probes: [{ name: 'function', every: 4 }],
    seen: { function: 3 },
  },
  {
    task: 'spirals:n=64:test=1', // Of a single example the Gaussian filter has no width.
    model: 'mlp-8',
    probes: [{ name: 'function', every: 12 }],
    seen: { function: 1 },
  },
  {
    task: 'bands:n=64:size=8:test=32',
    model: 'wrn-10-1', // Batch normalisation has buffers, which must not move either.
    probes: [{ name: 'boundary' }, { name: 'gain', every: 6 }, { name: 'curvature', every: 3 }],
    seen: { predictions: 3, gain: 2, curvature: 1 },
  },
];

test.each(cases)(
  'probes leave the bits of $task as they are',
  async ({ task, model, probes, seen }) => {
    const config: RunConfig = { ...shared, task, model, spec: { kind: 'nsf', lr: 0.05 } };
    const data = await readTaskData(config, undefined);
    const plain = await train('plain', config, data);
    const watched = await train('watched', { ...config, probes }, data);
    expect(await watched.weights()).toEqual(await plain.weights());
    expect(timeless(watched.lines)).toEqual(timeless(plain.lines));
    const names = probeLines(watched.lines).map((line) => line.split(' ')[0]!);
    for (const [name, count] of Object.entries(seen))
      expect(names.filter((each) => each === name)).toHaveLength(count);
  },
  30_000,
);

test('a run that goes on has each line once', async () => {
  const { task, model, probes } = cases[0]!;
  // Without a second moment of the optimizer the gain probe keeps a mean of its own.
  const config: RunConfig = { ...shared, task, model, probes, spec: { kind: 'momentum', lr: 0.01 } };
  const data = await readTaskData(config, undefined);
  const whole = await train('whole', config, data);
  await train('parts', config, data, 1);
  const parts = await train('parts', config, data);
  const lines = probeLines(parts.lines);
  expect(new Set(lines).size).toBe(lines.length);
  const seen = (own: readonly MetricLine[]) => own.filter(({ kind }) => kind === 'probe');
  expect(seen(parts.lines)).toEqual(seen(whole.lines));
  expect(await parts.weights()).toEqual(await whole.weights());
});

test('gratings are followed by their vectors, from low to high, each once', async () => {
  const config: RunConfig = {
    ...shared,
    task: 'gratings:k=4,1,4:a=1,1,0:phase=0:n=100',
    model: 'mlp-tanh-8',
    probes: [{ name: 'function', every: 7 }],
    spec: { kind: 'adam', lr: 0.01 },
  };
  const { lines } = await train('gratings', config, await readTaskData(config, undefined));
  const [line] = lines.flatMap((each) => (each.kind === 'probe' ? [each.values as SpectrumLine] : []));
  expect(line!.frequencies.map((vector) => Math.round(Math.hypot(...[vector].flat())))).toEqual([1, 4]);
  for (const error of line!.errors) expect(error).toBeLessThan(1.5);
});
