import { defaultDevice, init, jit, numpy as np, tree } from '@jax-js/jax';
import { beforeAll, describe, expect, it } from 'vitest';
import { type OptimizerSpec, OptimizerSpecError } from '../index.js';
import { applyUpdates, NonFiniteStepError, optimizer, type Tree } from './index.js';

beforeAll(async () => {
  await init('wasm');
  defaultDevice('wasm');
});

const params = () => ({ layers: [{ w: np.array([[1, 2]]), b: np.array([3]) }], scale: np.array([4, 5]) });
const grads = (w = 1) => ({
  layers: [{ w: np.array([[w, 1]]), b: np.array([1]) }],
  scale: np.array([1, 1]),
});

/** The updates of a solver's first step. */
function firstUpdates(spec: OptimizerSpec, given: Tree = grads()) {
  const solver = optimizer(spec);
  const plan = solver.plan(params());
  return solver.update(given, solver.init(params()), params(), plan.advance())[0];
}

describe('a tree of parameters', () => {
  it('is named by its paths', async () => {
    const solver = optimizer({ kind: 'adam' });
    const plan = solver.plan(params());
    const { moments } = await plan.state(solver.init(params()));
    expect(Object.keys(moments)).toEqual(['layers.0.w', 'layers.0.b', 'scale']);
    expect(moments['layers.0.w']).toEqual({ first: new Float32Array(2), second: new Float32Array(2) });
  });

  it('gets updates of its structure', () => {
    const updates = firstUpdates({ kind: 'sgd', lr: 0.5 });
    expect(tree.map((array: np.Array) => array.js(), updates)).toEqual({
      layers: [{ w: [[-0.5, -0.5]], b: [-0.5] }],
      scale: [-0.5, -0.5],
    });
  });

  it('may be a single array', () => {
    const solver = optimizer({ kind: 'momentum', lr: 0.5 });
    let x = np.array([1, 2]);
    const plan = solver.plan(x);
    let state = solver.init(x.ref);
    for (let t = 0; t < 2; t++) {
      const [updates, next] = solver.update(np.array([1, 0]), state, x.ref, plan.advance());
      x = applyUpdates(x, updates);
      state = next;
    }
    expect(x.js()[0]).toBeCloseTo(1 - 0.5 - 0.5 * 1.9, 6);
  });

  it('gives the same under jit as by single operations', () => {
    const solver = optimizer({ kind: 'nsf', epochLength: 4, gain: 'matched', clipNorm: 1 });
    const jitted = jit(solver.update<ReturnType<typeof params>>);
    const plan = solver.plan(params());
    const coefficients = plan.advance();
    const [found] = jitted(grads(2), solver.init(params()), params(), coefficients.ref);
    const [expected] = solver.update(grads(2), solver.init(params()), params(), coefficients);
    tree.leaves<np.Array>(expected).forEach((array, i) => {
      expect(np.allclose(tree.leaves<np.Array>(found)[i]!, array, { rtol: 1e-5 })).toBe(true);
    });
  });
});

describe('powers of the second moment', () => {
  it.each([-0.4, -0.1, 0, 0.1, 0.4, 0.6, 0.9])('hold where it is below the normal floats, p = %d', (p) => {
    const spec = { kind: 'smes', p, eps: 0, lr: 1 } as const;
    const found = firstUpdates(spec, { ...grads(), scale: np.array([1e-20, 0]) }) as ReturnType<typeof grads>;
    const [tiny, none] = found.scale.js() as [number, number];
    // vhat = 1e-40 is taken for 2^-126 in part of the power.
    const expected = -(1e-20 * 1e-40 ** -p);
    expect(tiny / expected).toBeGreaterThan(0.2);
    expect(tiny / expected).toBeLessThan(5);
    expect(none).toBeCloseTo(0, 10);
  });
});

describe('groups', () => {
  const groups = [
    { match: 'layers.*', frozen: true },
    { match: 'scale', lr: 2 },
  ];

  it('have hyperparameters of their own; what is frozen is not moved, has no state and needs no gradient', async () => {
    const solver = optimizer({ kind: 'momentum', groups });
    const plan = solver.plan(params());
    const state = solver.init(params());
    expect(Object.keys(state.moments)).toEqual(['scale']);
    const [updates, next] = solver.update({ scale: np.array([1, 3]) }, state, params(), plan.advance());
    expect(tree.map((array: np.Array) => array.js(), updates)).toEqual({
      layers: [{ w: [[0, 0]], b: [0] }],
      scale: [-2, -6],
    });
    expect(await plan.settle(next)).toBe(true);
    expect(plan.valuesOf('scale').lr).toBe(2);
    expect(plan.valuesOf('layers.0.w').lr).toBe(0);
  });

  it('may freeze all', async () => {
    const solver = optimizer({ kind: 'adam', clipNorm: 1, groups: [{ match: '*', frozen: true }] });
    const plan = solver.plan(params());
    const [updates, next] = jit(solver.update<ReturnType<typeof params>>)(
      grads(),
      solver.init(params()),
      params(),
      plan.advance(),
    );
    expect(updates.scale.js()).toEqual([0, 0]);
    expect(await plan.settle(next)).toBe(true);
  });

  it('do not let frozen gradients count in clipNorm or stop a step', async () => {
    const spec = { kind: 'sgd', lr: 1, clipNorm: 1, groups: [groups[0]!] } as const;
    const updates = firstUpdates(spec, grads(Number.NaN)) as ReturnType<typeof grads>;
    expect(updates.scale.js()[0]).toBeCloseTo(-Math.SQRT1_2, 5);
  });
});

describe('a gradient that is not finite', () => {
  it.each([Number.NaN, Infinity, -Infinity])('%d changes no parameter and no moment', async (value) => {
    for (const nonFinite of ['skip', 'stop'] as const) {
      const solver = optimizer({ kind: 'amsgrad', nonFinite, clipValue: 1, clipNorm: 1 });
      const step = jit(solver.update<ReturnType<typeof params>>);
      const plan = solver.plan(params());
      const [, first] = step(grads(), solver.init(params()), params(), plan.advance());
      await plan.settle(first);
      const before = await plan.state(first);
      const [updates, second] = step(grads(value), first, params(), plan.advance());
      for (const update of tree.leaves<np.Array>(updates)) {
        expect([...update.dataSync()].every((x) => x === 0)).toBe(true);
      }
      expect((await plan.state(tree.ref(second))).moments).toEqual(before.moments);
    }
  });

  it('is skipped as if the step had not been: no count, no schedule, no bias correction', async () => {
    const spec = { kind: 'adam', lr: { kind: 'linear', from: 1, to: 0, duration: 4 } } as const;
    const run = async (values: number[]) => {
      const solver = optimizer({ ...spec, nonFinite: 'skip' });
      const plan = solver.plan(params());
      let state = solver.init(params());
      let theta = params();
      const settled: boolean[] = [];
      for (const value of values) {
        const [updates, next] = solver.update(grads(value), state, tree.ref(theta), plan.advance());
        theta = applyUpdates(theta, updates);
        state = next;
        settled.push(await plan.settle(state));
        expect(await plan.settle(state)).toBe(settled.at(-1));
      }
      return { theta: theta.layers[0]!.w.js(), settled, plan, state: await plan.state(state) };
    };
    const found = await run([1, Number.NaN, 3, Infinity, 4]);
    const expected = await run([1, 3, 4]);
    expect(found.settled).toEqual([true, false, true, false, true]);
    expect(found.theta).toEqual(expected.theta);
    expect(found.plan.stepCount).toBe(3);
    expect(found.plan.skippedSteps).toBe(2);
    expect(found.state).toEqual({ ...expected.state, skippedSteps: 2 });
  });

  it('stops: the host learns whose it was, and no step is done until the state is loaded anew', async () => {
    const solver = optimizer({ kind: 'momentum', lr: 1 });
    const plan = solver.plan(params());
    let state = solver.init(params());
    let updates = params();
    [, state] = solver.update(grads(), state, params(), plan.advance());
    await plan.settle(state);
    [, state] = solver.update(grads(Number.NaN), state, params(), plan.advance());
    const error = await plan.settle(state).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(NonFiniteStepError);
    expect(error).toMatchObject({
      parameters: ['layers.0.w'],
      message: 'there are gradients that are not finite: those of layers.0.w',
    });
    expect(plan.stepCount).toBe(1);
    [updates, state] = solver.update(grads(), state, params(), plan.advance());
    expect(updates.scale.js()).toEqual([0, 0]);
    await expect(plan.settle(state)).rejects.toThrow(NonFiniteStepError);

    state = plan.load(await plan.state(state));
    [updates, state] = solver.update(grads(), state, params(), plan.advance());
    expect(updates.scale.js()[0]).toBeCloseTo(-1.9, 6);
    expect(await plan.settle(state)).toBe(true);
    expect(plan.stepCount).toBe(2);
  });
});

describe('what does not fit is named', () => {
  const solver = optimizer({ kind: 'adam' });
  const update =
    (given: Tree, state = solver.init(params()), coefficients?: np.Array) =>
    () =>
      solver.update(given, state, params(), coefficients ?? solver.plan(params()).advance());

  it('in the spec', () => {
    expect(() => optimizer({ kind: 'sgd', lr: -1 })).toThrow('lr: found -1');
    const { plan } = optimizer({ kind: 'sgd', groups: [{ match: 'nobody' }] });
    expect(() => plan(params())).toThrow(OptimizerSpecError);
  });

  it('in the parameters', () => {
    const ints = { w: np.array([1], { dtype: np.int32 }) };
    expect(() => solver.init(ints)).toThrow('parameter w is int32, not float32');
    expect(() => solver.init({ w: [1] } as unknown as Tree)).toThrow(
      'parameter w.0 is 1, not an array of jax-js',
    );
    expect(() => solver.init({ w: new Float32Array(1) } as unknown as Tree)).toThrow(
      'parameter w is Float32Array, not an array of jax-js',
    );
    const twice = { 'a.b': np.array([1]), a: { b: np.array([1]) } };
    expect(() => solver.plan(twice)).toThrow('there are two of parameter a.b');
  });

  it('in the gradients', () => {
    expect(update({ ...grads(), layers: [{ b: np.array([1]) }] })).toThrow('gradient layers.0.w is missing');
    expect(update({ ...grads(), other: np.array([1]) })).toThrow('gradient other is not expected');
    expect(update({ ...grads(), scale: np.array([1]) })).toThrow('gradient scale has shape [1], not [2]');
  });

  it('in the state and the coefficients', () => {
    const state = optimizer({ kind: 'momentum' }).init(params());
    expect(update(grads(), state)).toThrow('state: the second moment of layers.0.w is missing');
    const misshapen = { ...solver.init(params()), finite: np.ones([2], { dtype: np.bool }) };
    expect(update(grads(), misshapen)).toThrow('state: finite has shape [2], not [3]');
    expect(update(grads(), undefined, np.array([1]))).toThrow(
      'the array of coefficients has shape [1], not [1,11]',
    );
  });

  it('with nothing consumed', () => {
    const given = { ...grads(), scale: np.array([1]) };
    const state = solver.init(params());
    expect(update(given, state)).toThrow();
    const arrays = [...tree.leaves<np.Array>(given), ...tree.leaves<np.Array>(state)];
    expect(arrays.map(({ refCount }) => refCount)).toEqual(arrays.map(() => 1));
  });
});
