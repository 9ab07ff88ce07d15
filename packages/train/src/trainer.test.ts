import { link, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { abs, reduceMean, sub } from '@spectrain/graph';
// The built package: the trainer starts a child process, which needs JavaScript on disk.
import {
  type ClassificationDataset,
  createTrainer,
  type EpochResult,
  fromArrays,
  loadDataSet,
  randomStream,
  type TrainerOptions,
} from '@spectrain/train';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';

let digits: ClassificationDataset;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  digits = await loadDataSet('digits');
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((trainer) => trainer.close()));
});

async function trainer(options: Partial<TrainerOptions> = {}) {
  const created = await createTrainer({
    data: digits,
    model: 'mlp-32',
    optimizer: { kind: 'momentum', lr: 0.05 },
    batchSize: 32,
    threads: 1,
    ...options,
  });
  open.push(created);
  return created;
}

const withoutTimes = ({ seconds, examplesPerSecond, ...rest }: EpochResult) => rest;

describe('createTrainer', () => {
  it('learns digits and says how', async () => {
    const seen: EpochResult[] = [];
    let progress = 0;
    const { status, epochs, trace } = await (await trainer()).fit({
      epochs: 3,
      onEpoch: (epoch) => seen.push(epoch),
      onProgress: () => progress++,
    });
    expect(status).toBe('completed');
    expect(seen).toEqual(epochs);
    expect(progress).toBeGreaterThan(0);
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    const steps = Math.ceil(digits.train.labels.length / 32);
    expect(epochs.at(-1)!.step).toBe(3 * steps);
    expect(trace).toHaveLength(3 * steps);
    expect(epochs[2]!.trainLoss).toBeLessThan(epochs[0]!.trainLoss);
    expect(epochs[2]!.testAccuracy).toBeGreaterThan(0.9);
    expect(epochs[0]).toMatchObject({ lr: 0.05, momentum: 0.9 });
  });

  it('learns numbers by a loss of one’s own, and saves what computes them', async () => {
    const inputs = new Float32Array(200);
    randomStream(0, 'test').fillUniform(inputs, -1, 1);
    const targets = inputs.map((x) => Math.sin(2 * x));
    const data = fromArrays({ shape: [1], targetShape: [1], train: { inputs, targets } });
    const one = await trainer({
      data,
      model: 'mlp-tanh-16',
      optimizer: { kind: 'adam', lr: 0.02 },
      loss: (output, wanted) => reduceMean(abs(sub(output, wanted))),
    });
    const { epochs } = await one.fit({ epochs: 60 });
    const { inputs: x, targets: wanted } = data.test;
    const output = await one.predict(x);
    const expected = output.reduce((sum, value, i) => sum + Math.abs(value - wanted[i]!), 0) / 40;
    expect(expected).toBeLessThan(0.1);
    expect((await one.evaluate()).loss).toBeCloseTo(expected, 5);
    expect(epochs.at(-1)!.testLoss).toBeCloseTo(expected, 5);
    const session = await InferenceSession.create(await one.toOnnx());
    const { output: saved } = await session.run({ x: new Tensor('float32', x, [40, 1]) });
    expect(saved!.data).toEqual(output);
  });

  it('gives the same numbers twice, and others with another seed', async () => {
    const run = async (seed: number) => {
      const one = await trainer({ seed });
      const { epochs } = await one.fit({ epochs: 2 });
      return { epochs: epochs.map(withoutTimes), weights: await one.weights() };
    };
    const [first, second, other] = [await run(1), await run(1), await run(2)];
    expect(second).toEqual(first);
    expect(other.epochs).not.toEqual(first.epochs);
  });

  it('starts every optimizer from the same weights and shows it the same batches', async () => {
    const firstLoss = async (kind: 'sgd' | 'adam') => {
      const one = await trainer({ optimizer: { kind, lr: 1e-12 }, seed: 3 });
      const before = await one.weights();
      const { trace } = await one.fit({ epochs: 1 });
      return { before, losses: trace.map(({ loss }) => loss.toPrecision(5)) };
    };
    expect(await firstLoss('sgd')).toEqual(await firstLoss('adam'));
  });

  it('goes on from where it was stopped, as if nothing had happened', async () => {
    const whole = await trainer({ model: 'wrn-10-1', batchSize: 256, augmentation: { crop: 1, flip: true } });
    const { epochs } = await whole.fit({ epochs: 2 });

    const parts = await trainer({ model: 'wrn-10-1', batchSize: 256, augmentation: { crop: 1, flip: true } });
    const controller = new AbortController();
    const stopped = await parts.fit({
      epochs: 2,
      signal: controller.signal,
      onProgress: ({ step }) => step >= 2 && controller.abort(),
    });
    expect(stopped.status).toBe('stopped');
    const done = stopped.epochs.length;
    const rest = await parts.fit({ epochs: 2 - done });
    expect([...stopped.epochs, ...rest.epochs].map(withoutTimes)).toEqual(epochs.map(withoutTimes));
    expect(await parts.weights()).toEqual(await whole.weights());
  });

  it('leaves the caller responsive', async () => {
    const slow = await trainer({ model: 'wrn-16-4', batchSize: 256 });
    const controller = new AbortController();
    const gaps: number[] = [];
    let last = performance.now();
    const timer = setInterval(() => {
      gaps.push(performance.now() - last);
      last = performance.now();
      if (gaps.length === 40) controller.abort();
    }, 25);
    const { status } = await slow.fit({ epochs: 1, signal: controller.signal });
    clearInterval(timer);
    expect(status).toBe('stopped');
    expect(gaps.length).toBeGreaterThanOrEqual(40);
  });

  it('reports divergence and keeps what was finished', async () => {
    const wild = await trainer({ model: 'mlp-32', optimizer: { kind: 'sgd', lr: 1e30 } });
    const result = await wild.fit({ epochs: 2 });
    expect(result.status).toBe('diverged');
    expect(result.reason).toMatch(/step \d+ \(epoch 1\)/);
    expect(result.epochs).toEqual([]);
  });

  it('predicts, evaluates and saves the same network', async () => {
    const one = await trainer({ model: 'wrn-10-1' });
    await one.fit({ epochs: 1 });
    const count = 20;
    const inputs = digits.test.inputs.slice(0, count * 64);
    const labels = digits.test.labels.slice(0, count);
    const logits = await one.predict(inputs);
    const { accuracy } = await one.evaluate({ inputs, labels });
    const right = [...labels].filter((label, i) => {
      const row = [...logits.subarray(i * 10, (i + 1) * 10)];
      return row.indexOf(Math.max(...row)) === label;
    });
    expect(accuracy).toBe(right.length / count);

    const folder = await mkdtemp(join(tmpdir(), 'spectrain-'));
    await one.save(join(folder, 'model.onnx'));
    const session = await InferenceSession.create(await readFile(join(folder, 'model.onnx')));
    await rm(folder, { recursive: true });
    expect(session.inputNames).toEqual(['x']);
    const { divisor, mean, std } = digits.normalization!;
    const x = Float32Array.from(inputs, (value) => (value / divisor - mean[0]!) / std[0]!);
    const answer = await session.run({ x: new Tensor('float32', x, [count, 1, 8, 8]) });
    const saved = answer.logits!.data as Float32Array;
    saved.forEach((value, i) => {
      expect(value).toBeCloseTo(logits[i]!, 4);
    });
  });

  it('replaces a saved file as a whole', async () => {
    const one = await trainer();
    const folder = await mkdtemp(join(tmpdir(), 'spectrain-'));
    await writeFile(join(folder, 'model.onnx'), 'earlier');
    await link(join(folder, 'model.onnx'), join(folder, 'reader'));
    await one.save(join(folder, 'model.onnx'));
    expect(await readFile(join(folder, 'reader'), 'utf8')).toBe('earlier');
    expect(await readFile(join(folder, 'model.onnx'))).toEqual(Buffer.from(await one.toOnnx()));
    await rm(folder, { recursive: true });
  });

  it('trains a model of one’s own', async () => {
    const { flatten, relu } = await import('@spectrain/graph');
    const own = await trainer({
      model: (nn, x, classes) => nn.linear('b', relu(nn.linear('a', flatten(x), 16)), classes),
    });
    const { epochs } = await own.fit({ epochs: 2 });
    expect(epochs[1]!.testAccuracy).toBeGreaterThan(0.7);
    expect(Object.keys(await own.weights())).toEqual(['a.weight', 'a.bias', 'b.weight', 'b.bias']);
  });

  it('refuses wrong input in one line', async () => {
    await expect(trainer({ model: 'vgg-16' })).rejects.toThrow('model: "vgg-16" is not known');
    await expect(trainer({ model: 'wrn-17-1' })).rejects.toThrow('6n + 4');
    await expect(trainer({ batchSize: 0 })).rejects.toThrow('batchSize: 0 is not allowed');
    await expect(trainer({ optimizer: { kind: 'sgd', lr: -1 } })).rejects.toThrow('lr');
    await expect((await trainer()).fit({ epochs: 0 })).rejects.toThrow('epochs: 0 is not allowed');
  });

  it('says when the training process died', async () => {
    const one = await trainer({ model: 'wrn-16-4', batchSize: 256 });
    const fit = one.fit({ epochs: 1 });
    await one.close();
    await expect(fit).rejects.toThrow('The training process ended (SIGKILL).');
  });
});
