import type { OptimizerSpec } from '@spectrain/optim';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadDataSet } from './data/load-data-set.js';
import { DeviceStep } from './device-step.js';
import type { Model } from './models/layers.js';
import { mlp } from './models/mlp.js';
import { compileProgram } from './program.js';
import { nodeRuntime } from './runtime/node-runtime.js';
import type { Step } from './step.js';
import { compileStep } from './step-program.js';
import { largestDifference, lossesOf } from './testing/digits-batches.js';
import { smallCnn } from './testing/sample-models.js';
import { TrainStep } from './train-step.js';
import type { ClassificationDataset } from './types.js';

const shape = [1, 8, 8];
const runtime = nodeRuntime({ threads: 1 });
const open: Step[] = [];
let digits: ClassificationDataset;

beforeAll(async () => {
  digits = await loadDataSet('digits');
});
afterEach(async () => {
  for (const step of open.splice(0)) await step.dispose();
});

async function steps(model: Model, optimizer: OptimizerSpec) {
  const program = compileProgram(model, shape, 10);
  const whole = compileStep(model, shape, 10, optimizer);
  const device = await DeviceStep.create({ program, whole, optimizer, runtime });
  const host = await TrainStep.create({ program, optimizer, runtime });
  open.push(device, host);
  return { device, host };
}

const optimizers: readonly OptimizerSpec[] = [
  { kind: 'sgd', lr: 0.1 },
  { kind: 'lcam', lr: 0.02 },
  { kind: 'amsgrad', lr: 0.005, groups: [{ match: 'hidden.0.*', frozen: true }] },
];

describe('a step that keeps its state on the device', () => {
  it.each(optimizers)('trains as the one with the optimizer in memory: $kind', async (optimizer) => {
    const { device, host } = await steps(mlp(32), optimizer);
    const losses = await lossesOf(device, digits, 30);
    expect(largestDifference(losses, await lossesOf(host, digits, 30))).toBeLessThan(1e-5);
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
    expect(device.values).toEqual(host.values);
  });

  it('has the same weights, running statistics and logits', async () => {
    const { device, host } = await steps(smallCnn, { kind: 'adam', lr: 0.005 });
    const start = await device.weights();
    expect(start).toEqual(await host.weights());
    for (const step of [device, host]) await lossesOf(step, digits, 11);
    const found = await device.weights();
    const expected = await host.weights();
    expect(Object.keys(found)).toEqual(Object.keys(expected));
    expect(found).not.toEqual(start);
    for (const [name, values] of Object.entries(expected))
      expect(largestDifference(found[name]!, values), name).toBeLessThan(1e-4);
    const x = new Float32Array(128).fill(0.5);
    expect(largestDifference(await device.predict(x, 2), await host.predict(x, 2))).toBeLessThan(1e-4);
  });

  it('starts from given values, and refuses those that do not fit', async () => {
    const optimizer = { kind: 'sgd', lr: 0.1 } as const;
    const program = compileProgram(mlp(), shape, 10);
    const whole = compileStep(mlp(), shape, 10, optimizer);
    const create = (parameters: Record<string, Float32Array>) =>
      DeviceStep.create({ program, whole, optimizer, runtime, parameters });
    const bias = new Float32Array(10).fill(0.25);
    const step = await create({ 'output.bias': bias });
    open.push(step);
    expect((await step.weights())['output.bias']).toEqual(bias);
    await expect(create({ 'output.bias': new Float32Array(9) })).rejects.toThrow('has 9 values');
  });

  it.each(['stop', 'skip'] as const)(
    'changes nothing where loss or gradients are not finite: %s',
    async (nonFinite) => {
      const { device } = await steps(smallCnn, { kind: 'adam', nonFinite });
      await lossesOf(device, digits, 2);
      const before = await device.weights();
      const x = new Float32Array(64).fill(Number.NaN);
      const result = device.step(x, BigInt64Array.of(1n), { epoch: 0, stepsPerEpoch: 10 });
      if (nonFinite === 'stop') await expect(result).rejects.toThrow('the loss became NaN');
      else expect(await result).toBeNaN();
      expect(device.skippedSteps).toBe(nonFinite === 'skip' ? 1 : 0);
      expect(await device.weights()).toEqual(before);
      await lossesOf(device, digits, 1);
      expect(await device.weights()).not.toEqual(before);
    },
  );

  it('may be asked for its weights while it trains', async () => {
    const { device } = await steps(mlp(8), { kind: 'momentum', lr: 0.05 });
    const losses = lossesOf(device, digits, 5);
    for (let i = 0; i < 5; i++)
      expect(Object.values(await device.weights())[0]!.every(Number.isFinite)).toBe(true);
    expect(await losses).toHaveLength(5);
  });
});
