import { readFileSync } from 'node:fs';
import { defaultDevice, init, jit, numpy as np, random, tree, valueAndGrad } from '@jax-js/jax';
import { beforeAll, expect, it } from 'vitest';
import { applyUpdates, optimizer, type SolverState } from './index.js';

/**
 * Buffers of the wasm backend that are alive. jax-js does not tell; but they are entries of a map in it, made known by
 * what they hold.
 */
const live = new Set<unknown>();

function watchBuffers(): void {
  const { set, delete: remove } = Map.prototype;
  const isBuffer = (value: unknown) =>
    typeof value === 'object' && value !== null && 'ptr' in value && 'size' in value && 'ref' in value;
  Map.prototype.set = function (key, value) {
    if (isBuffer(value)) live.add(value);
    return set.call(this, key, value);
  };
  Map.prototype.delete = function (key) {
    live.delete(this.get(key));
    return remove.call(this, key);
  };
}

beforeAll(async () => {
  watchBuffers();
  await init('wasm');
  defaultDevice('wasm');
});

type Layer = { w: np.Array; b: np.Array };
type Params = { hidden: Layer; out: Layer };

const size = 64;
/** y = x0 * x1, which no linear model fits. */
function data() {
  const x = Float32Array.from({ length: 2 * size }, (_, i) => Math.sin(1.7 * i));
  const y = Float32Array.from({ length: size }, (_, i) => x[2 * i]! * x[2 * i + 1]!);
  return { x: np.array(x, { shape: [size, 2] }), y: np.array(y, { shape: [size, 1] }) };
}

const initial = (): Params => ({
  hidden: { w: random.normal(random.key(1), [2, 16]), b: np.zeros([16]) },
  out: { w: random.normal(random.key(2), [16, 1]).mul(0.25), b: np.zeros([1]) },
});

function lossOf({ hidden, out }: Params, x: np.Array, y: np.Array): np.Array {
  const activations = np.tanh(np.matmul(x, hidden.w).add(hidden.b));
  return np.square(np.matmul(activations, out.w).add(out.b).sub(y)).mean();
}

it('trains a network in one jitted step, traced once while p cycles, without leaking an array', async () => {
  const solver = optimizer({
    kind: 'nsf',
    lr: { kind: 'cosine', from: 0.02, to: 0.002, duration: 400 },
    gain: 'matched',
    epochLength: 20,
    clipNorm: 5,
    groups: [
      { match: '*.b', weightDecay: 0, p: { kind: 'cycle', shape: 'saw', low: -0.2, high: 0.5, period: 13 } },
    ],
    weightDecay: 1e-4,
  });
  let traces = 0;
  const trainStep = jit(
    (
      params: Params,
      state: SolverState,
      coefficients: np.Array,
      x: np.Array,
      y: np.Array,
    ): [Params, SolverState, np.Array] => {
      traces += 1;
      const [loss, grads] = valueAndGrad(lossOf)(tree.ref(params), x, y);
      const [updates, next] = solver.update(grads, state, tree.ref(params), coefficients);
      return [applyUpdates(params, updates), next, loss];
    },
  );
  const before = live.size;
  const { x, y } = data();
  let params = initial();
  let state = solver.init(tree.ref(params));
  const plan = solver.plan(params);
  const exponents = new Set<number>();
  const losses: number[] = [];
  const counts: number[] = [];
  for (let t = 0; t < 400; t++) {
    let loss: np.Array;
    [params, state, loss] = trainStep(params, state, plan.advance(), x.ref, y.ref);
    losses.push((await loss.data())[0]!);
    await plan.settle(state);
    exponents.add(plan.values.p!);
    counts.push(live.size);
  }
  expect(losses[0]).toBeGreaterThan(0.2);
  expect(losses.at(-1)).toBeLessThan(0.01);
  expect(exponents.size).toBeGreaterThan(10);
  expect(traces).toBe(1);

  // Parameters, moments, the flags, x and y.
  expect(counts.at(-1)! - before).toBe(4 + 8 + 1 + 2);
  expect(new Set(counts.slice(1)).size).toBe(1);
  const saved = await plan.state(state);
  tree.dispose(state);
  state = plan.load(saved);
  tree.dispose([params, state, x, y]);
  trainStep.dispose();
  expect(live.size).toBe(before);
});

it('leaks nothing without jit either', async () => {
  for (const kind of ['sgd', 'nesterov', 'padam', 'adamw'] as const) {
    const before = live.size;
    const solver = optimizer({
      kind,
      nonFinite: 'skip',
      clipNorm: 1,
      groups: [{ match: '*.b', frozen: true }],
    });
    let params = initial();
    const plan = solver.plan(params);
    let state = solver.init(tree.ref(params));
    for (const value of [1, Number.NaN, 2]) {
      const grads = tree.map((array: np.Array) => np.fullLike(array, value), tree.ref(params)) as Params;
      const [updates, next] = solver.update(grads, state, tree.ref(params), plan.advance());
      state = next;
      params = applyUpdates(params, updates);
      await plan.settle(state);
      await plan.state(state);
    }
    tree.dispose([params, state]);
    expect(live.size).toBe(before);
  }
});

it('is not imported by the main entry, nor is jax-js', () => {
  const found = new Set<string>();
  const visit = (file: URL) => {
    if (found.has(file.href)) return;
    found.add(file.href);
    const text = readFileSync(file, 'utf8');
    for (const [, source] of text.matchAll(/(?:from|import)\s*\(?'([^']+)'/g)) {
      expect(source).toMatch(/^\.\.?\/.*\.js$/);
      visit(new URL(source!.replace(/\.js$/, '.ts'), file));
    }
  };
  visit(new URL('../index.ts', import.meta.url));
  expect(found.size).toBeGreaterThan(20);
  expect([...found].filter((href) => href.includes('/jax/'))).toEqual([]);
});
