import { defaultDevice, init, jit, numpy as np } from '@jax-js/jax';
import { beforeAll, describe, expect, it } from 'vitest';
import { type OptimizerSpec, optimizerKinds, reference } from '../index.js';
import { applyUpdates, optimizer, type SolverState } from './index.js';

beforeAll(async () => {
  await init('wasm');
  defaultDevice('wasm');
});

const shapes = { 'conv.weight': [3, 2, 2], 'conv.bias': [3], 'head.weight': [4, 3], scale: [] };
type Name = keyof typeof shapes;
const names = Object.keys(shapes) as Name[];
const sizeOf = (name: Name) => shapes[name].reduce((a, b) => a * b, 1);

/** Numbers in [-1, 1) from a linear congruential generator. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

function record<T>(value: (name: Name) => T): Record<Name, T> {
  return Object.fromEntries(names.map((name) => [name, value(name)])) as Record<Name, T>;
}

type Params = Record<Name, np.Array>;

/** Steps of solver and oracle with the same random gradients; the largest deviation, relative to the largest coordinate. */
async function deviation(spec: OptimizerSpec, { steps = 40, scale = 1 } = {}): Promise<number> {
  const random = randomNumbers(7);
  const start = record((name) => Float32Array.from({ length: sizeOf(name) }, random));
  const theta = record((name) => Float64Array.from(start[name]));
  const oracle = reference(spec, theta);
  let params: Params = record((name) => np.array(start[name].slice(), { shape: shapes[name] }));
  const solver = optimizer(spec);
  const plan = solver.plan(params);
  let state = solver.init(record((name) => params[name].ref));
  let traces = 0;
  const step = jit(
    (grads: Params, state: SolverState, params: Params, coefficients: np.Array): [Params, SolverState] => {
      traces += 1;
      const own = record((name) => params[name].ref);
      const [updates, next] = solver.update(grads, state, own, coefficients);
      return [applyUpdates(params, updates), next];
    },
  );
  let worst = 0;
  for (let t = 0; t < steps; t++) {
    const loss = 2 + random();
    // Every third element never has a gradient.
    const grads = record((name) =>
      Float32Array.from({ length: sizeOf(name) }, (_, i) => (i % 3 === 2 ? 0 : scale * random())),
    );
    oracle.step(
      record((name) => Float64Array.from(grads[name])),
      { loss },
    );
    [params, state] = step(
      record((name) => np.array(grads[name], { shape: shapes[name] })),
      state,
      params,
      plan.advance(),
    );
    expect(await plan.settle(state, loss)).toBe(true);
    expect(plan.values).toEqual(oracle.values);
    for (const name of names) {
      const found = await params[name].ref.data();
      const largest = theta[name].reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      theta[name].forEach((value, i) => {
        worst = Math.max(worst, Math.abs(found[i]! - value) / largest);
      });
    }
  }
  expect(traces).toBe(1);
  return worst;
}

const groups = [
  { match: 'conv.bias', frozen: true },
  { match: ['scale', '*.bias'], weightDecay: 0, lr: 0.002 },
] as const;

describe('jitted on wasm, 40 steps as those of the float64 reference', () => {
  it.each(optimizerKinds)('%s', async (kind) => {
    expect(await deviation({ kind, epochLength: 8 })).toBeLessThan(2e-6);
  });

  it.each(optimizerKinds)('%s with groups, decay and clipping', async (kind) => {
    const options = { epochLength: 8, groups, weightDecay: 0.1, clipValue: 0.7, clipNorm: 1.5 };
    expect(await deviation({ kind, ...options } as OptimizerSpec)).toBeLessThan(2e-6);
  });

  it.each([-1, -0.3, 0, 0.1, 0.25, 0.5, 0.8, 1])('smes, raw and matched, p = %d', async (p) => {
    const spec = { kind: 'smes', p, lr: 1e-3, weightDecay: 0.01 } as const;
    expect(await deviation(spec)).toBeLessThan(2e-6);
    expect(await deviation({ ...spec, gain: 'matched' })).toBeLessThan(2e-6);
    expect(
      await deviation({ ...spec, gain: 'matched', eps: 0, weightDecay: 0 }, { scale: 1e-6 }),
    ).toBeLessThan(2e-6);
  });

  it('padam, matched to its own p = 1/2', async () => {
    expect(await deviation({ kind: 'padam', gain: 'matched', lr: 1e-3 })).toBeLessThan(2e-6);
  });

  it('gradients whose squares overflow, clipped', async () => {
    expect(await deviation({ kind: 'momentum', lr: 0.01, clipNorm: 1 }, { scale: 1e25 })).toBeLessThan(2e-6);
  });
});
