import { Graph } from '@spectrain/graph';
import {
  createOptimizer,
  type OptimizerKind,
  type OptimizerSpec,
  optimizerKinds,
  reference,
  StepPlan,
  signalAt,
} from '@spectrain/optim';
import { describe, expect, it } from 'vitest';
import { addUpdate } from './add-update.js';
import { GraphOptimizer, graphOf } from './testing/graph-optimizer.js';
import { gradientsOf, names, shapes, startOf, type Tensors } from './testing/random-steps.js';

const steps = 200;
const stepsPerEpoch = 50;

const float64 = (tensors: Tensors<Float32Array>) =>
  Object.fromEntries(Object.entries(tensors).map(([name, values]) => [name, Float64Array.from(values)]));

/** Largest errors of the graph in any of the steps, relative to the largest coordinate the parameter has had by then. */
async function errorsOf(spec: OptimizerSpec, seed: number): Promise<{ kernel: number; reference: number }> {
  const graph = await GraphOptimizer.create(spec, startOf(seed));
  const [own, exact] = [startOf(seed), float64(startOf(seed))];
  const [kernel, oracle] = [createOptimizer(spec, own), reference(spec, exact)];
  const largest: Record<string, number> = {};
  const errors = { kernel: 0, reference: 0 };
  for (const [t, gradients] of gradientsOf(seed, steps).entries()) {
    const info = { loss: 2 + Math.sin(t), epoch: Math.floor(t / stepsPerEpoch), stepsPerEpoch };
    expect(await graph.step(gradients, info)).toBe(true);
    kernel.step(gradients, info);
    oracle.step(float64(gradients), info);
    for (const name of names) {
      const found = graph.values(name);
      largest[name] = Math.max(largest[name] ?? 0, ...exact[name]!.map(Math.abs));
      errors.kernel = Math.max(errors.kernel, distance(found, own[name]!) / largest[name]);
      errors.reference = Math.max(errors.reference, distance(found, exact[name]!) / largest[name]);
    }
  }
  return errors;
}

/** Largest difference of two coordinates; NaN where there is one. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));
}

const groups = [
  { match: '*.bias', weightDecay: 0, lr: { kind: 'linear', from: 0.02, to: 0.001, duration: 150 } },
  { match: 'scale', frozen: true },
] as const;
const clipping = { clipNorm: 5, clipValue: 2 } as const;

const specs: readonly OptimizerSpec[] = [
  {
    kind: 'custom',
    rule: { first: 'nesterov', second: 'max', biasCorrection: true, decay: 'decoupled' },
    p: 0.3,
    weightDecay: 0.01,
  },
  {
    kind: 'custom',
    rule: { first: 'heavy-ball', second: 'sum', biasCorrection: false, decay: 'coupled' },
    dampening: 0.5,
    p: -0.2,
  },
  ...optimizerKinds.flatMap((kind): OptimizerSpec[] => [
    { kind },
    { kind, ...clipping, weightDecay: 0.01 },
    { kind, weightDecay: 0.1, groups },
  ]),
  ...[-1, -0.5, -0.3, 0, 0.25, 0.5, 1].flatMap((p): OptimizerSpec[] => [
    { kind: 'smes', p },
    { kind: 'smes', p, eps: 0 },
    // At p = 1 a coordinate that only decays has a step of 1 / theta, which no two roundings follow through 0 alike.
    { kind: 'smes', p, gain: 'matched', ...clipping, weightDecay: p < 1 ? 0.01 : 0 },
    { kind: 'padam', p, gain: 'matched', groups: [{ match: 'fc.*', p: -p / 2 }] },
  ]),
];

describe('200 random steps are those of the kernel and of the reference', () => {
  it.each(specs.map((spec) => [JSON.stringify(spec), spec] as const))('%s', async (_, spec) => {
    const errors = await errorsOf(spec, 1);
    expect(errors.kernel).toBeLessThan(4e-6);
    expect(errors.reference).toBeLessThan(1e-5);
  });

  it.each(['raw', 'matched'] as const)('nsf with p through 0, gain %s', async (gain) => {
    const p = { kind: 'cycle', shape: 'triangle', low: -0.5, high: 0.5, period: 40 } as const;
    const spec: OptimizerSpec = { kind: 'nsf', p, gain };
    const visited = Array.from({ length: steps }, (_, step) => signalAt(p, { step }));
    for (const value of [-0.5, 0, 0.5]) expect(visited).toContain(value);
    const errors = await errorsOf(spec, 2);
    expect(errors.kernel).toBeLessThan(4e-6);
    expect(errors.reference).toBeLessThan(1e-5);
  });
});

it('clips a small norm as the kernel does', async () => {
  const spec: OptimizerSpec = { kind: 'sgd', lr: 1e6, clipNorm: 1e-6 };
  const small = Object.fromEntries(names.map((name) => [name, startOf(7)[name]!.fill(2e-7)]));
  const own = startOf(8);
  createOptimizer(spec, own).step(small);
  const graph = await GraphOptimizer.create(spec, startOf(8));
  await graph.step(small);
  for (const name of names) expect(distance(graph.values(name), own[name]!)).toBeLessThan(1e-6);
});

describe('a gradient that is not finite', () => {
  it.each(optimizerKinds)('leaves %s as if there had been no such step', async (kind) => {
    const spec: OptimizerSpec = { kind, weightDecay: 0.01, clipNorm: 1 };
    const own = startOf(3);
    const kernel = createOptimizer({ ...spec, nonFinite: 'skip' }, own);
    const graph = await GraphOptimizer.create(spec, startOf(3));
    const wrong = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const [t, gradients] of gradientsOf(3, 9).entries()) {
      if (t % 3 === 2) gradients['fc.weight']![4] = wrong[(t - 2) / 3]!;
      const before = graph.state();
      expect(await graph.step(gradients, { loss: t, epoch: 0, stepsPerEpoch })).toBe(t % 3 !== 2);
      if (t % 3 === 2) expect(graph.state()).toEqual(before);
      else expect(graph.state()).not.toEqual(before);
      kernel.step(gradients, { loss: t, epoch: 0, stepsPerEpoch });
    }
    expect(kernel.skippedSteps).toBe(3);
    for (const name of names) expect(distance(graph.values(name), own[name]!)).toBeLessThan(1e-6);
  });

  it('does not count where the parameter is frozen', async () => {
    const graph = await GraphOptimizer.create({ kind: 'adam', groups }, startOf(4));
    const [gradients] = gradientsOf(4, 1);
    expect(await graph.step({ ...gradients!, scale: Float32Array.of(Number.NaN) })).toBe(true);
    expect(graph.values('scale')).toEqual(startOf(4).scale);
  });

  it('is none that is merely large', async () => {
    const graph = await GraphOptimizer.create({ kind: 'sgd', clipValue: 1 }, startOf(5));
    const [gradients] = gradientsOf(5, 1);
    gradients!['fc.bias']!.fill(3e38);
    expect(await graph.step(gradients!)).toBe(true);
    const start = startOf(5)['fc.bias']!;
    expect(
      distance(
        graph.values('fc.bias'),
        start.map((value) => value - 0.1),
      ),
    ).toBeLessThan(1e-6);
  });
});

it.each([-1, -0.25, 0, 0.25, 0.5])(
  'with eps = 0 a gradient whose square float32 does not have moves nothing far, p = %d',
  async (p) => {
    for (const gain of ['raw', 'matched'] as const) {
      const graph = await GraphOptimizer.create({ kind: 'smes', lr: 1, eps: 0, p, gain }, startOf(6));
      const tiny = Object.fromEntries(names.map((name) => [name, startOf(6)[name]!.fill(1e-30)]));
      for (let t = 0; t < 3; t++) await graph.step(t === 0 ? tiny : zerosLike(tiny));
      for (const name of names) expect(distance(graph.values(name), startOf(6)[name]!)).toBeLessThan(1);
    }
  },
);

function zerosLike(tensors: Tensors<Float32Array>): Tensors<Float32Array> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { length }]) => [name, new Float32Array(length)]),
  );
}

describe('the graph', () => {
  it('has the inputs and outputs that it says, one vector of coefficients for each group with parameters', () => {
    const { inputs, outputs } = graphOf(new StepPlan({ kind: 'padam', groups }, names));
    const moments = ['first', 'second', 'maximum'];
    const updated = names.filter((name) => name !== 'scale');
    const state = updated.flatMap((name) => [name, ...moments.map((moment) => `${moment}:${name}`)]);
    const gradients = names.map((name) => `grad:${name}`);
    expect(inputs.map(({ name }) => name).sort()).toEqual(
      [...state, 'scale', ...gradients, 'coefficients:0', 'coefficients:1'].sort(),
    );
    expect(outputs.map(({ name }) => name).sort()).toEqual(
      [...state.map((name) => `next:${name}`), 'finite'].sort(),
    );
    for (const { name, value } of outputs)
      expect(value.shape).toEqual(name === 'finite' ? [] : (shapes[name.split(':').at(-1)!] as number[]));
    expect(graphOf(new StepPlan({ kind: 'sgd' }, names)).inputs).toHaveLength(2 * names.length + 1);
  });

  it('raises to a power only where there is p', () => {
    const has = (kind: OptimizerKind, op: string) =>
      graphOf(new StepPlan({ kind }, names)).nodes.some((node) => node.op === op);
    expect(optimizerKinds.filter((kind) => has(kind, 'Pow'))).toEqual(['padam', 'smes', 'nsf']);
  });

  it('refuses parameters that are not those of the plan', () => {
    const graph = new Graph();
    const w = { name: 'w', theta: graph.input('w', [2]), gradient: graph.input('grad:w', [2]) };
    const plan = (parameters: string[], frozen = false) =>
      new StepPlan({ kind: 'sgd', groups: [{ match: 'w', frozen }] }, parameters);
    expect(() => addUpdate(graph, plan(['w', 'b']), [w])).toThrow('parameter b is missing');
    expect(() => addUpdate(graph, new StepPlan({ kind: 'sgd' }, ['b']), [w])).toThrow(
      'parameter w is not one of the optimizer',
    );
    expect(() => addUpdate(graph, plan(['w'], true), [w])).toThrow('all parameters are frozen');
    expect(graph.inputs).toHaveLength(2);
  });
});
