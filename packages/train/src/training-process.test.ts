import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
// The built package: the trainer starts a child process, which needs JavaScript on disk.
import {
  type ClassificationDataset,
  createTrainer,
  loadDataSet,
  type Trainer,
  type TrainerOptions,
} from '@spectrain/train';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

let digits: ClassificationDataset;
const open: Trainer[] = [];
/** The child processes that were started. */
const started: ChildProcess[] = [];
const onStart = (message: unknown) => started.push((message as { process: ChildProcess }).process);

beforeEach(async () => {
  digits = await loadDataSet('digits');
  subscribe('child_process', onStart);
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((trainer) => trainer.close()));
  unsubscribe('child_process', onStart);
  started.length = 0;
});

async function trainer(options: Partial<TrainerOptions> = {}): Promise<Trainer> {
  const optimizer = { kind: 'momentum', lr: 0.05 } as const;
  const created = await createTrainer({
    data: digits,
    model: 'mlp-32',
    optimizer,
    batchSize: 32,
    threads: 1,
    ...options,
  });
  open.push(created);
  return created;
}

describe('the training process', () => {
  it('is ended when the network cannot be opened', async () => {
    const optimizer = { kind: 'sgd', groups: [{ match: 'nothing.*', lr: 0 }] } as const;
    await expect(trainer({ optimizer })).rejects.toThrow('nothing.*');
    expect(started.map(({ signalCode }) => signalCode)).toEqual(['SIGKILL']);
  });

  it('is ended when opening is given up', async () => {
    const controller = new AbortController();
    const opening = trainer({ signal: controller.signal });
    await vi.waitFor(() => expect(started).toHaveLength(1));
    controller.abort(new Error('enough'));
    await expect(opening).rejects.toThrow('enough');
    await expect(trainer({ signal: controller.signal })).rejects.toThrow('enough');
    expect(started.map(({ signalCode }) => signalCode)).toEqual(['SIGKILL']);
  });

  it('is not started for parameters that the model does not have', async () => {
    const parameters = { 'output.bias': new Float32Array(10), 'output.bais': new Float32Array(10) };
    await expect(trainer({ parameters })).rejects.toThrow(
      new RangeError(
        'parameters: the model has no "output.bais"; it has hidden.0.weight, hidden.0.bias, output.weight, output.bias.',
      ),
    );
    await expect(trainer({ parameters: { 'output.bias': new Float32Array(9) } })).rejects.toThrow(
      new RangeError('parameters: "output.bias" has 9 values; its shape [10] needs 10.'),
    );
    expect(started).toEqual([]);
  });

  it('says when it did not start', async () => {
    const { execPath } = process;
    process.execPath = '/missing/node';
    try {
      await expect(trainer()).rejects.toThrow(
        'The training process did not start (spawn /missing/node ENOENT).',
      );
    } finally {
      process.execPath = execPath;
    }
  });

  it('may be gone when it is to be stopped', async () => {
    const one = await trainer();
    await one.close();
    const signal = AbortSignal.abort();
    await expect(one.fit({ epochs: 1, signal })).rejects.toThrow('The training process ended (SIGKILL).');

    // Also where its end is known before that of the fit; a rejection that nobody handles fails the test run.
    const two = await trainer();
    const controller = new AbortController();
    const fit = two.fit({ epochs: 1000, signal: controller.signal });
    started.at(-1)!.once('exit', () => controller.abort());
    await two.close();
    await expect(fit).rejects.toThrow('The training process ended (SIGKILL).');
  });
});

describe('what a callback throws', () => {
  it.each(['onEpoch', 'onProgress'] as const)(
    'in %s stops the training and comes out of fit',
    async (name) => {
      const one = await trainer();
      const error = new Error('told');
      let calls = 0;
      const callback = () => {
        calls++;
        throw error;
      };
      await expect(one.fit({ epochs: 10_000, [name]: callback })).rejects.toBe(error);
      expect(calls).toBe(1);
      expect((await one.fit({ epochs: 1 })).status).toBe('completed');
    },
  );
});
