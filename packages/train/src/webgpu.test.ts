// The built package: a trainer starts a child process, which needs JavaScript on disk.
import { availableProviders, createTrainer, loadDataSet, nodeRuntime } from '@spectrain/train';
import { describe, expect, it } from 'vitest';
import { DeviceStep } from './device-step.js';
import type { Model } from './models/layers.js';
import { mlp } from './models/mlp.js';
import { compileProgram } from './program.js';
import type { Runtime } from './runtime/runtime.js';
import { compileStep } from './step-program.js';
import { largestDifference, lossesOf } from './testing/digits-batches.js';
import { smallCnn } from './testing/small-cnn.js';
import { TrainStep } from './train-step.js';

const available = (await availableProviders()).includes('webgpu');
const optimizer = { kind: 'adam', lr: 0.005 } as const;
const models: readonly (readonly [string, Model])[] = [
  ['the MLP', mlp(64, 64)],
  ['a small CNN', smallCnn],
];

/** A runtime that tells of every run where the tensors that come out of it are. */
function watched(runtime: Runtime): { runtime: Runtime; locations: Map<string, string> } {
  const locations = new Map<string, string>();
  return {
    locations,
    runtime: {
      Tensor: runtime.Tensor,
      session: async (model, options) => {
        const session = await runtime.session(model, options);
        return {
          run: async (feeds, into) => {
            const outputs = await session.run(feeds, into);
            for (const [name, { location }] of Object.entries(outputs)) locations.set(name, location);
            return outputs;
          },
          release: () => session.release(),
        };
      },
    },
  };
}

describe.skipIf(!available)('WebGPU (without an adapter skipped: npm run check:webgpu brings one)', () => {
  it.each(models)('trains %s on digits as the CPU does, with all state on the device', async (_, model) => {
    const digits = await loadDataSet('digits');
    const program = compileProgram(model, digits.shape, digits.classes);
    const whole = compileStep(model, digits.shape, digits.classes, optimizer);
    const { runtime, locations } = watched(nodeRuntime({ provider: 'webgpu' }));
    const device = await DeviceStep.create({ program, whole, optimizer, runtime });
    const host = await TrainStep.create({ program, optimizer, runtime: nodeRuntime({ threads: 1 }) });

    const losses = await lossesOf(device, digits, 50);
    const difference = largestDifference(losses, await lossesOf(host, digits, 50));
    console.log(`largest difference of 50 losses: ${difference}`);
    expect(difference).toBeLessThan(1e-3);
    for (const { name } of whole.state) expect(locations.get(`next:${name}`), name).toBe('gpu-buffer');

    const expected = await host.weights();
    for (const [name, values] of Object.entries(await device.weights()))
      expect(largestDifference(values, expected[name]!), name).toBeLessThan(1e-2);
    await device.dispose();
    await host.dispose();
  });

  it('is a provider of the trainer', async () => {
    const data = await loadDataSet('digits');
    const fit = async (provider: string) => {
      const trainer = await createTrainer({ data, model: 'mlp-16', optimizer, batchSize: 128, provider });
      const { status, epochs } = await trainer.fit({ epochs: 2 });
      await trainer.close();
      expect(status).toBe('completed');
      return epochs.map(({ testLoss }) => testLoss);
    };
    expect(largestDifference(await fit('webgpu'), await fit('cpu'))).toBeLessThan(1e-3);
  });
});
