/** What the page of `web.test.ts` runs; it calls `train` through the global `spectrain`. */
import {
  compileProgram,
  dataSetFromFiles,
  type OptimizerSpec,
  TrainStep,
  webRuntime,
} from '@spectrain/train/web';
import { lossesOf } from './digits-batches.js';
import { sampleModels } from './sample-models.js';

export interface BrowserRun {
  readonly model: keyof typeof sampleModels;
  readonly optimizer: OptimizerSpec;
  readonly threads: number;
  readonly steps: number;
}

export interface BrowserResult {
  readonly losses: readonly number[];
  readonly examplesPerSecond: number;
  readonly isolated: boolean;
}

async function train({ model, optimizer, threads, steps }: BrowserRun): Promise<BrowserResult> {
  const bytes = new Uint8Array(await (await fetch('/digits.csv.gz')).arrayBuffer());
  const data = await dataSetFromFiles('digits', { 'digits.csv': bytes });
  const wasmPaths = new URL('ort/', import.meta.url).href;
  const step = await TrainStep.create({
    program: compileProgram(sampleModels[model], data.shape, data.classes),
    optimizer,
    runtime: webRuntime({ threads, wasmPaths }),
  });
  const losses = await lossesOf(step, data, steps);
  const started = performance.now();
  await lossesOf(step, data, steps);
  const seconds = (performance.now() - started) / 1000;
  await step.dispose();
  const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean };
  return { losses, examplesPerSecond: (32 * steps) / seconds, isolated: crossOriginIsolated === true };
}

(globalThis as { spectrain?: unknown }).spectrain = { train };
