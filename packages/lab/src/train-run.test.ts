import {
  createTrainer,
  type EpochResult,
  loadDataSet,
  type Trainer,
  type TrainerOptions,
} from '@spectrain/train';
import { expect, it, vi } from 'vitest';
import { planExperiment, plannedRuns } from './experiment.js';
import { trainRun } from './train-run.js';

vi.mock('@spectrain/train', async (original) => ({
  ...(await original<typeof import('@spectrain/train')>()),
  createTrainer: vi.fn(),
}));

const experiment = planExperiment({ task: 'digits', augment: true }, '--optimizers', ['momentum'], [0]);
const [planned] = plannedRuns(experiment);
const data = await loadDataSet('digits');

function interruptible() {
  const controller = new AbortController();
  const { signal } = controller;
  const interruption = { signal, overdue: new Promise<void>(() => {}), status: undefined, dispose: () => {} };
  return { controller, interruption };
}

it('does not wait for a network to open when interrupted', { timeout: 5000 }, async () => {
  const { controller, interruption } = interruptible();
  vi.mocked(createTrainer).mockImplementationOnce(
    ({ signal }: TrainerOptions) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
  );
  const run = trainRun(experiment, data, planned!, interruption);
  controller.abort();
  expect(await run).toMatchObject({ status: 'stopped', epochs: [], trace: [] });
});

it('keeps the epochs of a run that fails, and a trace of them', async () => {
  const epoch: EpochResult = {
    epoch: 1,
    step: 40,
    trainLoss: 0.5,
    testLoss: 0.6,
    testAccuracy: 0.9,
    seconds: 1,
    imagesPerSecond: 1000,
    lr: 0.1,
    momentum: 0.9,
  };
  const trainer: Pick<Trainer, 'fit' | 'close'> = {
    fit: async ({ onEpoch }) => {
      onEpoch?.(epoch);
      throw new Error('the process ended');
    },
    close: async () => {},
  };
  vi.mocked(createTrainer).mockResolvedValueOnce(trainer as Trainer);
  expect(await trainRun(experiment, data, planned!, interruptible().interruption)).toMatchObject({
    status: 'failed',
    reason: 'the process ended',
    epochs: [epoch],
    trace: [{ step: 40, loss: 0.5, lr: 0.1, momentum: 0.9 }],
  });
});
