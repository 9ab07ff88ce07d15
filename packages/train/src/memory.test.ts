/** No step keeps memory, of JavaScript's heap or of the runtime's. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, expect, it } from 'vitest';
import { loadDataSet } from './data/load-data-set.js';
import { compileProgram } from './program.js';
import { nodeRuntime } from './runtime/node-runtime.js';
import { lossesOf } from './testing/digits-batches.js';
import { sampleModels } from './testing/sample-models.js';
import { TrainStep } from './train-step.js';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');
const megabyte = 2 ** 20;
const steps: TrainStep[] = [];
afterAll(async () => {
  for (const step of steps) await step.dispose();
});

it.each(Object.entries(sampleModels))('of 2,000 steps of the %s stays resident', async (_, model) => {
  const data = await loadDataSet('digits');
  const step = await TrainStep.create({
    program: compileProgram(model, data.shape, data.classes),
    optimizer: { kind: 'adam', lr: 0.001 },
    runtime: nodeRuntime({ threads: 1 }),
  });
  steps.push(step);
  const windows = 3;
  const resident: number[] = [];
  for (let i = 0; i <= windows; i++) {
    await lossesOf(step, data, 2000);
    collectGarbage();
    resident.push(process.memoryUsage.rss() / megabyte);
  }
  // The allocator keeps some of what was garbage once; a leak grows in every window.
  const growths = resident.slice(1).map((now, i) => now - resident[i]!);
  expect(Math.min(...growths), `MB resident: ${resident.join(', ')}`).toBeLessThan(1);
});
