import { flatten, relu } from '@spectrain/graph';
import type { OptimizerSpec } from '@spectrain/optim';
import { afterEach, describe, expect, it } from 'vitest';
import { Engine, type Job } from './engine.js';
import type { Model } from './models/layers.js';
import { mlp } from './models/mlp.js';
import { compileProgram } from './program.js';
import { randomStream } from './random/random-stream.js';
import { nodeRuntime } from './runtime/node-runtime.js';
import type { ClassificationDataset, RegressionDataset } from './types.js';

const shape = [1, 2, 2];
const silent = { progress: () => {}, epoch: () => {} };
const open: Engine[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.close()));
});

/** Random examples of two classes, which the sign of their first value tells apart. */
function examples(count: number): ClassificationDataset['train'] {
  const inputs = new Float32Array(count * 4);
  randomStream(count, 'test').fillNormal(inputs, 1);
  return { inputs, labels: Int32Array.from({ length: count }, (_, i) => (inputs[4 * i]! > 0 ? 1 : 0)) };
}

function dataSet(): ClassificationDataset {
  return { name: 'test', shape, classes: 2, train: examples(32), test: examples(16) };
}

const normalized: Model = (nn, x, classes) =>
  nn.linear('out', flatten(relu(nn.batchNorm('bn', nn.conv('conv', x, 3)))), classes);

async function engine({ model = mlp(4), ...job }: Partial<Job> & { model?: Model } = {}): Promise<Engine> {
  const opened = await Engine.open(
    {
      program: compileProgram(model, shape, 2),
      data: dataSet(),
      optimizer: { kind: 'sgd', lr: 0.1 },
      batchSize: 8,
      seed: 0,
      ...job,
    },
    nodeRuntime({ threads: 1 }),
  );
  open.push(opened);
  return opened;
}

describe('a loss that is not finite', () => {
  const broken = dataSet();
  broken.train.inputs[4 * 5] = Number.NaN;
  const specs: readonly OptimizerSpec[] = [
    { kind: 'sgd', lr: 0.1 },
    { kind: 'adam', lr: 0.1 },
    { kind: 'lcam', lr: 0.1 },
  ];

  it.each(specs)('ends the run of $kind as diverged, with nothing changed', async (optimizer) => {
    const one = await engine({ model: normalized, data: broken, optimizer, batchSize: 32 });
    const before = await one.weights();
    const { status, reason } = await one.fit(1, silent);
    expect({ status, reason }).toEqual({
      status: 'diverged',
      reason: 'the loss became NaN (and the gradient of conv.weight is not finite) at step 1 (epoch 1)',
    });
    expect(await one.weights()).toEqual(before);
  });

  it.each(specs)('is passed over by $kind under nonFinite: skip', async (optimizer) => {
    const skipping = { ...optimizer, nonFinite: 'skip' } as const;
    const one = await engine({ model: normalized, data: broken, optimizer: skipping });
    const before = await one.weights();
    const { status, epochs, trace } = await one.fit(2, silent);
    expect(status).toBe('completed');
    expect(epochs.map(({ step }) => step)).toEqual([4, 8]);
    for (const { trainLoss, testLoss } of epochs)
      expect([trainLoss, testLoss].every(Number.isFinite)).toBe(true);
    expect(trace).toHaveLength(6);
    const after = await one.weights();
    expect(after['bn.running_var']).not.toEqual(before['bn.running_var']);
    for (const [name, values] of Object.entries(after))
      expect(values.every(Number.isFinite), name).toBe(true);
  });

  it('changes nothing in a step that is skipped', async () => {
    const optimizer = { kind: 'sgd', lr: 0.1, nonFinite: 'skip' } as const;
    const one = await engine({ model: normalized, data: broken, optimizer, batchSize: 32 });
    const before = await one.weights();
    const { status, trace } = await one.fit(1, silent);
    expect([status, trace]).toEqual(['completed', []]);
    expect(await one.weights()).toEqual(before);
  });
});

describe('regression', () => {
  /** `y = x0 - 2 x1`, and noise that cannot be learned. */
  function regressionSet(targetShape: readonly number[]): RegressionDataset {
    const split = (count: number) => {
      const inputs = new Float32Array(count * 4);
      randomStream(count, 'test').fillNormal(inputs, 1);
      const targets = Float32Array.from(
        { length: count },
        (_, i) => inputs[4 * i]! - 2 * inputs[4 * i + 1]! + (i % 2 ? 0.1 : -0.1),
      );
      return { inputs, targets };
    };
    return { kind: 'regression', name: 'test', shape, targetShape, train: split(64), test: split(300) };
  }

  it.each([[[]], [[1]]])('learns numbers, targets of shape %j, and has no accuracy', async (targetShape) => {
    const data = regressionSet(targetShape);
    const program = compileProgram(mlp(), shape, data);
    const one = await engine({ program, data, optimizer: { kind: 'sgd', lr: 0.1 } });
    const { epochs, status } = await one.fit(20, silent);
    expect(status).toBe('completed');
    expect(epochs.every((epoch) => !('testAccuracy' in epoch))).toBe(true);
    expect(epochs.at(-1)!.testLoss).toBeCloseTo(0.01, 2);
    const evaluation = await one.evaluate();
    expect(evaluation).toEqual({ loss: epochs.at(-1)!.testLoss });
    const output = await one.predict(data.test.inputs);
    expect(output).toHaveLength(300);
    const sum = output.reduce((total, value, i) => total + (value - data.test.targets[i]!) ** 2, 0);
    expect(evaluation.loss).toBeCloseTo(sum / 300, 6);
  });

  it('refuses to shift', async () => {
    const data = regressionSet([1]);
    const program = compileProgram(mlp(), shape, data);
    await expect(engine({ program, data, augmentation: { shift: true } })).rejects.toThrow(
      'augmentation: shift needs sequences with a class at every position; examples of test are [1, 2, 2], their targets [1].',
    );
  });
});

describe('Engine', () => {
  it('refuses a call while another is under way', async () => {
    const one = await engine();
    const fit = one.fit(1, silent);
    await expect(one.evaluate()).rejects.toThrow('Engine: evaluate was called during fit');
    await expect(one.fit(1, silent)).rejects.toThrow('Engine: fit was called during fit');
    await expect(one.close()).rejects.toThrow('Engine: close was called during fit');
    expect((await fit).status).toBe('completed');
    expect((await one.evaluate()).accuracy).toBeGreaterThan(0);
  });

  it('takes no more memory than the training set needs', async () => {
    const one = await engine({ batchSize: 1e12 });
    const { epochs } = await one.fit(2, silent);
    expect(epochs.map(({ step }) => step)).toEqual([1, 2]);
  });

  it('goes on after what a listener threw, as if nothing had happened', async () => {
    const whole = await engine();
    await whole.fit(1, silent);
    const parts = await engine();
    const progress = () => {
      throw new Error('told');
    };
    await expect(parts.fit(1, { ...silent, progress })).rejects.toThrow('told');
    await parts.fit(1, silent);
    expect(await parts.weights()).toEqual(await whole.weights());
  });

  it('counts the time of all parts of an epoch', async () => {
    const one = await engine();
    const wait = 0.2;
    const progress = () => {
      const started = performance.now();
      while (performance.now() - started < 1000 * wait);
      one.stop();
    };
    expect((await one.fit(1, { ...silent, progress })).status).toBe('stopped');
    const { epochs } = await one.fit(1, silent);
    expect(epochs[0]!.seconds).toBeGreaterThan(wait);
    expect((await one.fit(1, silent)).epochs[0]!.seconds).toBeLessThan(wait);
  });
});

describe('instruments', () => {
  it('are told of each step before it is done', async () => {
    const told: string[] = [];
    const one = await engine();
    await one.fit(2, {
      ...silent,
      beforeStep: ({ step, epoch }) => told.push(`before ${step} of epoch ${epoch}`),
      step: ({ step }) => void told.push(`after ${step}`),
    });
    expect(told.slice(0, 3)).toEqual(['before 1 of epoch 1', 'after 1', 'before 2 of epoch 1']);
    expect(told.at(-2)).toBe('before 8 of epoch 2');
  });

  it('may predict and run backward after a step without a trace', async () => {
    const [plain, watched] = [await engine({ model: normalized }), await engine({ model: normalized })];
    const x = new Float32Array(4 * 4).fill(0.3);
    await plain.fit(2, silent);
    await watched.fit(2, {
      ...silent,
      step: async () => {
        await watched.trainStep!.backward(x, BigInt64Array.of(0n, 1n, 0n, 1n));
        await watched.trainStep!.predict(x, 4);
      },
    });
    expect(await watched.weights()).toEqual(await plain.weights());
  });
});
