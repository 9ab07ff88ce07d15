import { dispose, io, memory } from '@tensorflow/tfjs-core';
import { loadLayersModel, type Sequential } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import type { OptimizerSpec } from '../index.js';
import { createOptimizer, SpectrainOptimizer } from './index.js';
import { backends, use } from './testing/backends.js';
import { samples, smallModel, weightsOf } from './testing/small-model.js';

const loss = 'meanSquaredError';

/** Saves a model with its optimizer and loads it again, by way of JSON as a file would. */
async function reloaded(model: Sequential): Promise<Sequential> {
  let saved: io.ModelArtifacts | undefined;
  const handler = io.withSaveHandler(async (artifacts) => {
    saved = artifacts;
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
  });
  await model.save(handler, { includeOptimizer: true });
  const { weightData, ...json } = saved!;
  return (await loadLayersModel(
    io.fromMemory({ ...JSON.parse(JSON.stringify(json)), weightData }),
  )) as Sequential;
}

describe.each(backends)('on %s, a layers model', (backend) => {
  it('compiles with it and fits', async () => {
    await use(backend);
    const { x, y } = samples(64);
    const model = smallModel();
    const optimizer = createOptimizer({ kind: 'nsf', lr: 0.02, gain: 'matched', epochLength: 4 });
    model.compile({ optimizer, loss });
    const { history } = await model.fit(x, y, { epochs: 60, batchSize: 16, verbose: 0, shuffle: false });
    const losses = history.loss as number[];
    expect(optimizer.iterations).toBe(240);
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 5);
    dispose([x, y]);
  });

  it('keeps as many tensors over 100 steps', async () => {
    await use(backend);
    const { x, y } = samples(16);
    const model = smallModel();
    const groups = [{ match: '*/bias*', p: -0.25 }];
    model.compile({
      optimizer: createOptimizer({ kind: 'padam', gain: 'matched', clipNorm: 1, clipValue: 0.1, groups }),
      loss,
    });
    const train = async () => dispose(await model.trainOnBatch(x, y));
    await train();
    const { numTensors } = memory();
    for (let step = 0; step < 100; step++) {
      await train();
      expect(memory().numTensors).toBe(numTensors);
    }
    dispose([x, y]);
  });

  it.each<OptimizerSpec>([
    { kind: 'sgd' },
    { kind: 'lcam', lr: 0.05 },
    {
      kind: 'lcam',
      lr: 0.05,
      momentum: { kind: 'loss-controlled', sparse: 0.5, nonSparse: 0.9, window: { kind: 'last', steps: 3 } },
    },
    { kind: 'padam', p: 0.25 },
    { kind: 'nsf', epochLength: 5, gain: 'matched' },
    {
      kind: 'adamw',
      beta2: { kind: 'linear', from: 0.9, to: 0.999, duration: 20 },
      groups: [
        { match: 'hidden_layer/bias*', frozen: true },
        { match: 'hidden_layer/*', lr: 0.02 },
      ],
    },
  ])('saved and loaded goes on as if it never stopped, %j', async (spec) => {
    await use(backend);
    const { x, y } = samples(16);
    const straight = smallModel();
    straight.compile({ optimizer: createOptimizer(spec), loss });
    let resumed = smallModel();
    resumed.compile({ optimizer: createOptimizer(spec), loss });
    for (let step = 0; step < 20; step++) {
      await straight.trainOnBatch(x, y);
      // Twice, so that a state is saved of a model that was loaded.
      if (step === 7 || step === 12) resumed = await reloaded(resumed);
      await resumed.trainOnBatch(x, y);
      expect(weightsOf(resumed)).toEqual(weightsOf(straight));
    }
    const { optimizer } = resumed as unknown as { optimizer: SpectrainOptimizer };
    // Every optimizer of TensorFlow.js counts as an instance of every other.
    expect(optimizer.getClassName()).toBe(SpectrainOptimizer.className);
    expect(optimizer.iterations).toBe(20);
    for (const { name } of resumed.weights) expect(optimizer.valuesOf(name)).toHaveProperty('lr');
    expect(optimizer.spec).toEqual(spec);
    dispose([x, y]);
  });

  it('is saved and loaded before any step', async () => {
    await use(backend);
    const model = smallModel();
    model.compile({ optimizer: createOptimizer({ kind: 'adam', lr: 0.02 }), loss });
    const loaded = await reloaded(model);
    const { x, y } = samples(16);
    for (const each of [model, loaded]) await each.trainOnBatch(x, y);
    expect(weightsOf(loaded)).toEqual(weightsOf(model));
    dispose([x, y]);
  });

  it('tells signals the time', async () => {
    await use(backend);
    const { x, y } = samples(32);
    const inSteps = { kind: 'linear', from: 0.8, to: 0, duration: 5, unit: 'epochs' } as const;
    const byEpoch = ({ epoch = -1 }) => epoch / 10;
    const optimizer = createOptimizer({ kind: 'momentum', lr: byEpoch, dampening: inSteps });
    const found: unknown[] = [];
    const model = smallModel();
    model.compile({ optimizer, loss });
    optimizer.epoch = 0;
    optimizer.stepsPerEpoch = 2;
    const callbacks = {
      onEpochBegin: (epoch: number) => {
        optimizer.epoch = 3 * epoch;
      },
      onEpochEnd: () => {
        found.push([optimizer.values.lr, optimizer.values.dampening]);
      },
    };
    await model.fit(x, y, { epochs: 3, batchSize: 16, verbose: 0, callbacks });
    expect(found).toEqual([
      [0, expect.closeTo(0.72)],
      [0.3, expect.closeTo(0.56)],
      [0.6, expect.closeTo(0.4)],
    ]);
    dispose([x, y]);
  });
});
