import { createOptimizer } from '@spectrain/optim';
import { expect, it } from 'vitest';
import { type Probe, type ProbeContext, Probes } from './probe.js';

const context = (step: number, epoch = 1): ProbeContext => ({
  step,
  epoch,
  model: {
    parameters: { views: {} },
    gradients: { views: {} },
    optimizer: createOptimizer({ kind: 'sgd' }, { w: new Float32Array(1) }),
  },
  spec: { kind: 'sgd' },
  logits: async () => new Float32Array(),
  backward: async () => 0,
});

it('calls probes at every step, and lets them look at their interval', async () => {
  const calls: string[] = [];
  const probe = (name: string, unit: Probe['unit'], every: number): Probe => ({
    name,
    unit,
    every,
    beforeStep: ({ step }) => calls.push(`${name} before ${step}`),
    afterStep: ({ step }) => calls.push(`${name} after ${step}`),
    observe: async ({ step }) => (name === 'silent' ? undefined : { seen: step }),
  });
  const probes = new Probes([probe('a', 'steps', 2), probe('silent', 'steps', 1), probe('b', 'epochs', 2)]);
  probes.beforeStep(context(1));
  expect(await probes.afterStep(context(1))).toEqual([]);
  expect(calls).toEqual(
    ['before', 'after'].flatMap((when) => ['a', 'silent', 'b'].map((name) => `${name} ${when} 1`)),
  );
  expect(await probes.afterStep(context(2))).toEqual([{ probe: 'a', step: 2, epoch: 1, seen: 2 }]);
  expect(await probes.afterEpoch(context(2, 1))).toEqual([]);
  expect(await probes.afterEpoch(context(4, 2))).toEqual([{ probe: 'b', step: 4, epoch: 2, seen: 4 }]);
});

it('refuses probes that it cannot call or tell apart', () => {
  const probe: Probe = { name: 'a', unit: 'steps', every: 1, observe: async () => undefined };
  expect(() => new Probes([{ ...probe, every: 0.5 }])).toThrow(
    'probe a: every is 0.5, not a whole number >= 1',
  );
  expect(() => new Probes([probe, probe])).toThrow('probe a is there twice');
});
