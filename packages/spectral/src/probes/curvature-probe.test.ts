import { createOptimizer } from '@spectrain/optim';
import { loadDataSet } from '@spectrain/train';
import { expect, it } from 'vitest';
import { trainWithProbes } from '../testing/train-with-probes.js';
import { type CurvatureLine, CurvatureProbe } from './curvature-probe.js';
import type { ProbeContext } from './probe.js';

const curvatures = [1, 2, 3, 4, 50];

/** The loss `sum of curvature * theta² / 2` over two tensors. */
function quadratic(): ProbeContext {
  const parameters = { views: { a: Float32Array.of(1, 2), b: Float32Array.of(3, 4, 5) } };
  const gradients = { views: { a: new Float32Array(2), b: new Float32Array(3) } };
  return {
    step: 1,
    epoch: 1,
    spec: { kind: 'sgd' },
    model: { parameters, gradients, optimizer: createOptimizer({ kind: 'sgd', lr: 0.01 }, parameters.views) },
    logits: async () => new Float32Array(),
    backward: async () => {
      const { a, b } = parameters.views;
      gradients.views.a.set(a.map((value, i) => curvatures[i]! * value));
      gradients.views.b.set(b.map((value, i) => curvatures[2 + i]! * value));
      return 0;
    },
  };
}

it('sees the curvatures of a quadratic, and where its steps go', async () => {
  const context = quadratic();
  const { parameters, gradients, optimizer } = context.model;
  const probe = new CurvatureProbe({ top: 1, relativeStep: 1e-2 });
  probe.beforeStep(context);
  await context.backward();
  optimizer.step(gradients.views);
  const before = structuredClone([parameters.views, gradients.views]);
  const line = await probe.observe(context);
  expect(structuredClone([parameters.views, gradients.views])).toEqual(before);
  expect(line.top).toHaveLength(1);
  expect(line.top[0]!.value).toBeCloseTo(50, 2);
  expect(line.bottom.value).toBeCloseTo(1, 2);
  expect(line.nodes).toHaveLength(5);
  expect(line.gradients).toBe(11);
  const share = 250 ** 2 / (1 + 4 ** 2 + 9 ** 2 + 16 ** 2 + 250 ** 2);
  expect(line.updateInTop).toBeCloseTo(share, 3);
});

it('looks at a training, once an epoch', async () => {
  const data = await loadDataSet('digits');
  const run = async (probes: CurvatureProbe[]) => {
    const optimizer = { kind: 'adam', lr: 0.003 } as const;
    const [line] = await trainWithProbes({
      data,
      model: 'wrn-10-1',
      optimizer,
      steps: 2,
      stepsPerEpoch: 1,
      batchSize: 16,
      probes,
    });
    return line as unknown as CurvatureLine;
  };
  const line = await run([new CurvatureProbe({ steps: 5, probes: 2 })]);
  expect(JSON.parse(JSON.stringify(line))).toEqual(line);
  expect(line.gradients).toBe(21);
  expect(line.top).toHaveLength(5);
  expect(line.updateInTop).toBeGreaterThanOrEqual(0);
  expect(line.updateInTop).toBeLessThanOrEqual(1);
});

it('puts parameters back where a gradient fails', async () => {
  const context = quadratic();
  const before = structuredClone(context.model.parameters.views);
  let calls = 0;
  const failing = {
    ...context,
    backward: async () => {
      if (++calls > 2) throw new Error('out of memory');
      return context.backward();
    },
  };
  await expect(new CurvatureProbe().observe(failing)).rejects.toThrow('out of memory');
  expect(context.model.parameters.views).toEqual(before);
});

it('refuses options that make no sense', () => {
  expect(() => new CurvatureProbe({ steps: 0 })).toThrow('curvature: steps is 0');
});
