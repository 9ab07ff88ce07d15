import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OptimizerSpec } from '@spectrain/optim';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadDataSet } from '../data/load-data-set.js';
import { Engine } from '../engine.js';
import { compileJob } from '../job.js';
import { nodeRuntime } from '../runtime/node-runtime.js';
import type { TrainingState } from '../training-state.js';
import type { Augmentation } from '../types.js';
import { latestCheckpoint, listCheckpoints, pruneCheckpoints, writeCheckpoint } from './checkpoint.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spectrain-checkpoint-'));
});
afterEach(() => rm(folder, { recursive: true }));

const specs: readonly OptimizerSpec[] = [
  { kind: 'amsgrad', lr: 0.005 },
  {
    kind: 'nsf',
    lr: 0.05,
    p: { kind: 'cycle', shape: 'cosine', low: -0.1, high: 0.5, period: 0.7, unit: 'epochs' },
  },
  { kind: 'lcam', lr: 0.05 },
];
const optimizers = specs.map((spec) => [spec.kind, spec] as const);

async function open(
  optimizer: OptimizerSpec,
  model: string,
  augmentation?: Augmentation,
  state?: TrainingState,
) {
  const digits = await loadDataSet('digits');
  const data = {
    ...digits,
    train: {
      inputs: digits.train.inputs.subarray(0, 64 * 300),
      labels: digits.train.labels.subarray(0, 300),
    },
  };
  const { job } = await compileJob({
    data,
    model,
    optimizer,
    batchSize: 32,
    seed: 3,
    ...(augmentation && { augmentation }),
  });
  return Engine.open({ ...job, ...(state && { state }) }, nodeRuntime({ threads: 1 }));
}

const silent = { progress: () => {}, epoch: () => {} };

async function finish(engine: Engine, epochs: number): Promise<TrainingState> {
  await engine.fit(epochs, silent);
  const state = engine.state();
  await engine.close();
  return state;
}

describe('a training that goes on from a checkpoint', () => {
  test.each(optimizers)('%s: ends with the bits of one that was not interrupted', async (_, optimizer) => {
    const whole = await finish(await open(optimizer, 'mlp-16'), 3);

    const engine = await open(optimizer, 'mlp-16');
    await engine.fit(3, {
      ...silent,
      // In the middle of the second of three epochs, of ten steps each.
      step: async ({ step }) => {
        if (step !== 14) return;
        await writeCheckpoint(folder, engine.state(), { step, extra: { note: 'as it was' } });
        engine.stop();
      },
    });
    await engine.close();
    const { step, state, extra } = (await latestCheckpoint(folder))!;
    expect({ step, extra, epoch: state.position.epoch, batch: state.position.batch }).toEqual({
      step: 14,
      extra: { note: 'as it was' },
      epoch: 1,
      batch: 4,
    });
    const rest = await finish(await open(optimizer, 'mlp-16', undefined, state), 2);
    expect(rest.weights).toEqual(whole.weights);
    expect(rest.optimizer).toEqual(whole.optimizer);
  });

  test('keeps the running statistics and the augmentation', async () => {
    const model = 'wrn-10-1';
    const augmentation = { crop: 1, flip: true };
    const optimizer = { kind: 'momentum', lr: 0.05 } as const;
    const whole = await finish(await open(optimizer, model, augmentation), 1);
    const engine = await open(optimizer, model, augmentation);
    await engine.fit(1, { ...silent, step: ({ step }) => void (step === 6 && engine.stop()) });
    await writeCheckpoint(folder, engine.state(), { step: 6 });
    await engine.close();
    const { state } = (await latestCheckpoint(folder))!;
    const rest = await finish(await open(optimizer, model, augmentation, state), 1);
    expect(rest.weights).toEqual(whole.weights);
  });

  test('counts the losses of its first part in the mean of the epoch', async () => {
    const engine = await open(specs[0]!, 'mlp-16');
    const whole = await engine.fit(1, silent);
    await engine.close();
    const first = await open(specs[0]!, 'mlp-16');
    await first.fit(1, { ...silent, step: ({ step }) => void (step === 4 && first.stop()) });
    const second = await open(specs[0]!, 'mlp-16', undefined, first.state());
    const { epochs } = await second.fit(1, silent);
    expect(epochs[0]!.trainLoss).toBe(whole.epochs[0]!.trainLoss);
    await first.close();
    await second.close();
  });

  test('is refused where the state is of another network', async () => {
    const engine = await open(specs[0]!, 'mlp-16');
    const state = engine.state();
    await engine.close();
    await expect(open(specs[0]!, 'mlp-8', undefined, state)).rejects.toThrow(RangeError);
    await expect(open(specs[2]!, 'mlp-16', undefined, state)).rejects.toThrow(RangeError);
  });
});

describe('checkpoints on disk', () => {
  let state: TrainingState;
  beforeEach(async () => {
    const engine = await open(specs[0]!, 'mlp-8');
    state = engine.state();
    await engine.close();
    for (const step of [5, 100, 12]) await writeCheckpoint(folder, state, { step });
  });

  test('are named by their step, and written again as a whole', async () => {
    await writeCheckpoint(folder, state, { step: 100, extra: 'again' });
    expect(await listCheckpoints(folder)).toEqual(['step-00000100', 'step-00000012', 'step-00000005']);
    expect((await latestCheckpoint(folder))?.extra).toBe('again');
    expect(await listCheckpoints(join(folder, 'none'))).toEqual([]);
  });

  test.each([
    [
      'a torn file',
      (path: string) => truncate(join(path, 'weights.safetensors'), 100),
      /has 100 bytes instead of/,
    ],
    [
      'a changed byte',
      (path: string) => changeByte(join(path, 'optimizer.safetensors')),
      /SHA-256 sum differs/,
    ],
    ['a torn manifest', (path: string) => truncate(join(path, 'manifest.json'), 20), /not JSON/],
    ['a missing file', (path: string) => rm(join(path, 'weights.safetensors')), /is missing/],
    [
      'another version',
      (path: string) =>
        writeFile(join(path, 'manifest.json'), '{"format":"spectrain-checkpoint","version":9}'),
      /version 9/,
    ],
  ])('%s is told, and the one before is used', async (_, damage, message) => {
    await damage(join(folder, 'step-00000100'));
    const told: string[] = [];
    const found = await latestCheckpoint(folder, (name, error) => told.push(`${name}: ${error.message}`));
    expect(found?.step).toBe(12);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(message);
  });

  test('are removed but for the newest and those to be kept', async () => {
    await writeFile(join(folder, 'other.txt'), 'is left alone');
    await pruneCheckpoints(folder, 1, [5]);
    expect(await readdir(folder)).toEqual(
      expect.arrayContaining(['step-00000100', 'step-00000005', 'other.txt']),
    );
    expect(await listCheckpoints(folder)).toEqual(['step-00000100', 'step-00000005']);
  });
});

async function changeByte(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[bytes.length - 3]! ^= 1;
  await writeFile(path, bytes);
}
