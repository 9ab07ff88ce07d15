import { relu, reshape } from '@spectrain/graph';
import { describe, expect, it } from 'vitest';
import { compileProgram } from './program.js';
import { randomStream } from './random/random-stream.js';
import { nodeRuntime } from './runtime/node-runtime.js';
import { TrainStep } from './train-step.js';

const runtime = nodeRuntime({ threads: 1 });
const x = new Float32Array(5 * 4);
randomStream(0, 'test').fillNormal(x, 1);
const labels = BigInt64Array.of(0n, 1n, 2n, 1n, 0n);

function open(batchSize: number): Promise<TrainStep> {
  // As names of properties these would be in the order of numbers.
  const program = compileProgram((nn, x) => nn.linear('1', relu(nn.linear('2', x, 6)), 3), [4], 3, {
    batchSize,
  });
  return TrainStep.create({ program, optimizer: { kind: 'momentum' }, runtime });
}

describe('TrainStep', () => {
  it('gets the same loss and gradients from the graph for one batch size and from that for any', async () => {
    const results = [];
    for (const batchSize of [5, 4]) {
      const step = await open(batchSize);
      results.push({ loss: await step.backward(x, labels), gradients: step.gradients.copy() });
      await step.dispose();
    }
    expect(results[0]).toEqual(results[1]);
    expect(results[0]!.gradients['1.weight']!.some((value) => value !== 0)).toBe(true);
  });

  it('sees what has changed in memory that it has seen before', async () => {
    const step = await open(5);
    const own = x.slice();
    const before = await step.backward(own, labels);
    own.fill(0);
    const zeros = await step.backward(own, labels);
    expect(zeros).not.toBe(before);
    expect(await step.backward(new Float32Array(own.length), labels)).toBe(zeros);
    expect(await step.backward(x, labels)).toBe(before);
    await step.dispose();
  });

  it('takes the same memory for inputs and targets of another shape', async () => {
    const program = compileProgram((nn, x) => nn.linear('out', reshape(x, ['n', 4]), 4), [2, 2], {
      targetShape: [4],
    });
    const step = await TrainStep.create({ program, optimizer: { kind: 'momentum' }, runtime });
    expect(await step.backward(x, x)).toBe(await step.backward(x, x.slice()));
    await step.dispose();
  });

  it('refuses as many targets or predictions as the inputs are not for', async () => {
    const step = await open(5);
    await step.backward(x, labels);
    await expect(step.backward(x, labels.slice(0, 1))).rejects.toThrow(/size\(4\).*data length\(20\)/);
    await expect(step.predict(x, 1)).rejects.toThrow(/size\(4\).*data length\(20\)/);
    await step.dispose();
  });

  it('takes one step after another, also where they are asked for at once', async () => {
    const results = [];
    for (const together of [1, 4]) {
      const step = await open(5);
      const losses: number[] = [];
      for (let i = 0; i < 80; i += together) {
        const batches = Array.from({ length: together }, (_, k) => x.map((value) => value * Math.sin(i + k)));
        const position = { epoch: 0, stepsPerEpoch: 80 };
        losses.push(...(await Promise.all(batches.map((batch) => step.step(batch, labels, position)))));
      }
      results.push({ losses, weights: await step.weights() });
      await step.dispose();
    }
    expect(results[1]).toEqual(results[0]);
  });

  it('finishes what it was asked for before it is disposed of', async () => {
    const step = await open(4);
    const loss = step.backward(x, labels);
    await step.dispose();
    await expect(loss).resolves.toBeGreaterThan(0);
    await expect(step.predict(x, 5)).rejects.toThrow('released');
  });
});
