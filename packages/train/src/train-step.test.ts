import { relu } from '@spectrain/graph';
import { describe, expect, it } from 'vitest';
import { compileProgram } from './program.js';
import { randomStream } from './random/random-stream.js';
import { nodeRuntime } from './runtime/node-runtime.js';
import { TrainStep } from './train-step.js';

describe('TrainStep', () => {
  it('gets the same gradients of a small network as one output and as many', async () => {
    // As names of properties these would be in the order of numbers.
    const program = compileProgram((nn, x) => nn.linear('1', relu(nn.linear('2', x, 6)), 3), [4], 3);
    expect(program.gathered).toBeDefined();
    const { gathered: _, ...separate } = program;
    const x = new Float32Array(5 * 4);
    randomStream(0, 'test').fillNormal(x, 1);
    const labels = BigInt64Array.of(0n, 1n, 2n, 1n, 0n);
    const runtime = nodeRuntime({ threads: 1 });
    const steps = [];
    for (const own of [program, separate]) {
      const step = await TrainStep.create({ program: own, optimizer: { kind: 'momentum' }, runtime });
      steps.push({ loss: await step.backward(x, labels), gradients: step.gradients.copy() });
      await step.dispose();
    }
    expect(steps[0]).toEqual(steps[1]);
    expect(steps[0]!.gradients['1.weight']!.some((value) => value !== 0)).toBe(true);
  });

  it('has many outputs where there is much to copy', () => {
    expect(compileProgram((nn, x) => nn.linear('fc', x, 64), [1024], 64).gathered).toBeUndefined();
  });
});
