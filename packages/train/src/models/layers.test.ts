import { flatten } from '@spectrain/graph';
import { expect, it } from 'vitest';
import { compileProgram } from '../program.js';
import { nodeRuntime } from '../runtime/node-runtime.js';
import { TrainStep } from '../train-step.js';
import type { Model } from './layers.js';

const model: Model = (nn, x, classes) => nn.linear('out', flatten(nn.batchNorm('bn', x)), classes);

/** Running statistics after one step on a plane of one value for each example. */
async function statisticsAfter(...values: readonly number[]) {
  const shape = [1, 1, 1];
  const step = await TrainStep.create({
    program: compileProgram(model, shape, 2),
    optimizer: { kind: 'sgd', lr: 0.1 },
    runtime: nodeRuntime({ threads: 1 }),
    parameters: { 'bn.running_mean': Float32Array.of(1), 'bn.running_var': Float32Array.of(2) },
  });
  await step.step(Float32Array.from(values), new BigInt64Array(values.length), {
    epoch: 0,
    stepsPerEpoch: 1,
  });
  const { 'bn.running_mean': mean, 'bn.running_var': variance } = step.buffers.copy();
  await step.dispose();
  return [mean![0], variance![0]];
}

it('moves running statistics towards mean and unbiased variance of the batch', async () => {
  const [mean, variance] = await statisticsAfter(3, 7);
  expect(mean).toBeCloseTo(0.9 * 1 + 0.1 * 5, 6);
  expect(variance).toBeCloseTo(0.9 * 2 + 0.1 * 8, 6);
});

it('leaves the running variance as it is where a batch has a single value', async () => {
  const [mean, variance] = await statisticsAfter(3);
  expect(mean).toBeCloseTo(0.9 * 1 + 0.1 * 3, 6);
  expect(variance).toBeCloseTo(2, 6);
});
