import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { StepPlan } from '@spectrain/optim';
// The built package: a trainer starts a child process, which needs JavaScript on disk.
import { availableProviders, createTrainer, loadDataSet, nodeRuntime } from '@spectrain/train';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { DeviceStep } from './device-step.js';
import type { Model } from './models/layers.js';
import { mlp } from './models/mlp.js';
import { nextCoefficients } from './optimizer-graph/coefficients.js';
import { compileProgram, nextOutput } from './program.js';
import type { Runtime } from './runtime/runtime.js';
import { compileStep, type StepProgram } from './step-program.js';
import { NamedTensors } from './tensors.js';
import { largestDifference, lossesOf } from './testing/digits-batches.js';
import { smallCnn } from './testing/sample-models.js';
import { TrainStep } from './train-step.js';

/** Under `npm run check:webgpu` it is an error where there is none. */
const available =
  process.env.SPECTRAIN_REQUIRE_WEBGPU === '1' || (await availableProviders()).includes('webgpu');
const optimizer = { kind: 'adam', lr: 0.005 } as const;
const models: readonly (readonly [string, Model])[] = [
  ['the MLP', mlp(64, 64)],
  ['a small CNN', smallCnn],
];

interface ProfileEvent {
  readonly args?: {
    readonly op_name?: string;
    readonly output_type_shape?: readonly Readonly<Record<string, readonly number[]>>[];
  };
}

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

/** Elements of the largest tensor that a step of 32 examples copies from CPU to GPU or back within the graph, by the library's own record. */
async function largestCopy(whole: StepProgram, profileFilePrefix: string) {
  const session = await InferenceSession.create(whole.step, {
    executionProviders: ['webgpu'],
    preferredOutputLocation: Object.fromEntries(
      whole.state.map(({ name }) => [nextOutput(name), 'gpu-buffer']),
    ),
    enableProfiling: true,
    profileFilePrefix,
    logSeverityLevel: 3,
  });
  const state = new NamedTensors(whole.state);
  state.initialize(0);
  const plan = new StepPlan(
    optimizer,
    whole.parameters.map(({ name }) => name),
  );
  const feeds = {
    ...state.tensors(Tensor),
    ...Object.fromEntries(
      Object.entries(nextCoefficients(plan)).map(([name, values]) => [
        name,
        new Tensor('float32', values, [values.length]),
      ]),
    ),
    x: new Tensor('float32', new Float32Array(32 * 64), [32, 64]),
    labels: new Tensor('int64', new BigInt64Array(32), [32]),
  };
  await session.run(feeds);
  session.endProfiling();
  const [file] = await readdir(dirname(profileFilePrefix));
  const events: ProfileEvent[] = JSON.parse(await readFile(join(dirname(profileFilePrefix), file!), 'utf8'));
  const sizes = events
    .filter(({ args }) => args?.op_name?.startsWith('Memcpy'))
    .flatMap(({ args }) => (args?.output_type_shape ?? []).flatMap((type) => Object.values(type)))
    .map((dims) => dims.reduce((a, b) => a * b, 1));
  return Math.max(...sizes);
}

describe.skipIf(!available)(
  'WebGPU (without an adapter skipped: npm run check:webgpu brings one)',
  { timeout: 240_000 },
  () => {
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

    it('copies nothing of the MLP to the CPU and back but what is as small as its logits', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'spectrain-'));
      try {
        const whole = compileStep(mlp(64, 64), [64], 10, optimizer);
        expect(await largestCopy(whole, join(folder, 'profile'))).toBe(32 * 10);
      } finally {
        await rm(folder, { recursive: true });
      }
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
  },
);
