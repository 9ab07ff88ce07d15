/** The engine follows a training trajectory of PyTorch (float64) on CIFAR-10; made outside of this repository. */
import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { addEvaluation, toEvaluation } from './cross-entropy.js';
import { batchLabels } from './data/batch-labels.js';
import { fillBatch } from './data/fill-batch.js';
import { loadDataSet } from './data/load-data-set.js';
import { wrn } from './models/wrn.js';
import { compileProgram } from './program.js';
import { nodeRuntime } from './runtime/node-runtime.js';
import { readSafetensors } from './safetensors.js';
import { TrainStep } from './train-step.js';
import type { Dataset, Split } from './types.js';

const shared = new URL('../../../../shared/', import.meta.url);
const goldens = new URL('goldens/', shared);
const present = existsSync(goldens);
if (!present) console.warn('wrn-golden.test.ts: skipped, no ../shared/goldens here.');

interface Golden {
  batch: number;
  steps: number;
  losses: number[];
  evalLossFirst512: number;
  parameterNames: string[];
  hyperparameters: { lr: number; momentum: number; weightDecay: number };
}

describe.skipIf(!present)('WRN-16-1 beside PyTorch', () => {
  const shape = [3, 32, 32];
  const program = compileProgram(wrn(16, 1), shape, 10);
  let golden: Golden;
  let data: Dataset;
  let step: TrainStep;

  beforeAll(async () => {
    golden = JSON.parse(readFileSync(new URL('wrn-step.json', goldens), 'utf8'));
    data = await loadDataSet('cifar10', { dataDir: new URL('data/', shared).pathname });
    const { lr, momentum, weightDecay } = golden.hyperparameters;
    step = await TrainStep.create({
      program,
      optimizer: { kind: 'momentum', lr, momentum, weightDecay },
      runtime: nodeRuntime(),
      parameters: tensors('init'),
    });
  });

  it('has the same parameters', () => {
    expect(program.parameters.map(({ name }) => name).sort()).toEqual([...golden.parameterNames].sort());
    const count = step.parameters.flat.length;
    expect(count).toBe(175_066);
  });

  it('has the same gradients at step 0', async () => {
    const { x, labels } = batch(data.train, 0, golden.batch);
    await step.backward(x, labels);
    for (const [name, expected] of Object.entries(tensors('grad0')))
      expect(relativeError(step.gradients.views[name]!, expected), name).toBeLessThan(1e-4);
    step.buffers.initialize(0);
  });

  it('follows 20 steps of training', async () => {
    const losses: number[] = [];
    for (let t = 0; t < golden.steps; t++) {
      const { x, labels } = batch(data.train, t * golden.batch, golden.batch);
      losses.push(await step.step(x, labels, { epoch: 0, stepsPerEpoch: golden.steps }));
    }
    losses.forEach((loss, t) => {
      expect(Math.abs(loss / golden.losses[t]! - 1), `loss of step ${t}`).toBeLessThan(2e-3);
    });
    for (const [name, expected] of Object.entries(tensors('final')))
      expect(relativeError(step.parameters.views[name]!, expected), name).toBeLessThan(1e-2);
  });

  it('evaluates with the running statistics', async () => {
    const { x, labels } = batch(data.train, 0, 512);
    const sums = { loss: 0, correct: 0, count: 0 };
    addEvaluation(sums, await step.logits(x, 512), labels);
    expect(Math.abs(toEvaluation(sums).loss - golden.evalLossFirst512)).toBeLessThan(1e-2);
  });

  function batch(split: Split, start: number, count: number): { x: Float32Array; labels: BigInt64Array } {
    const indices = Uint32Array.from({ length: count }, (_, i) => start + i);
    const x = new Float32Array(count * 3072);
    fillBatch(split, indices, x, { shape, normalization: data.normalization! });
    return { x, labels: batchLabels(split, indices) };
  }
});

function tensors(part: 'init' | 'grad0' | 'final'): Record<string, Float32Array> {
  const file = readSafetensors(readFileSync(new URL(`wrn-step.${part}.safetensors`, goldens)));
  return Object.fromEntries(
    Object.entries(file.tensors).map(([name, { data }]) => [name, Float32Array.from(data as Float32Array)]),
  );
}

/** |a - b| / |b| in the Euclidean norm. */
function relativeError(a: Float32Array, b: Float32Array): number {
  const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
  return norm(a.map((v, i) => v - b[i]!)) / norm(b);
}
