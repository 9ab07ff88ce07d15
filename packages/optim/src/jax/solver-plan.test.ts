import { defaultDevice, init, numpy as np } from '@jax-js/jax';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createOptimizer,
  type Optimizer,
  type OptimizerSpec,
  stateFromBytes,
  stateToBytes,
} from '../index.js';
import { applyUpdates, optimizer } from './index.js';

beforeAll(async () => {
  await init('wasm');
  defaultDevice('wasm');
});

type Params = { w: np.Array; b: np.Array };

const start = { w: [1, -2, 3, 0.5], b: [0.25] };
const gradient = (t: number) => ({ w: [Math.sin(t), 1, -t / 9, 0], b: [Math.cos(t)] });
const lossAt = (t: number) => 1 + Math.sin(3 * t);
const flat = ({ w, b }: { w: number[]; b: number[] }) => ({
  w: Float32Array.from(w),
  b: Float32Array.from(b),
});
const arrays = ({ w, b }: { w: ArrayLike<number>; b: ArrayLike<number> }): Params => ({
  w: np.array(Float32Array.from(w), { shape: [2, 2] }),
  b: np.array(Float32Array.from(b)),
});

function jaxRun(spec: OptimizerSpec, initial: { w: ArrayLike<number>; b: ArrayLike<number> } = start) {
  const solver = optimizer(spec);
  let params = arrays(initial);
  const plan = solver.plan(params);
  const run = {
    plan,
    state: solver.init(arrays(initial)),
    async steps(from: number, to: number) {
      for (let t = from; t < to; t++) {
        const [updates, next] = solver.update(
          arrays(gradient(t)),
          run.state,
          { w: params.w.ref, b: params.b.ref },
          plan.advance(),
        );
        run.state = next;
        params = applyUpdates(params, updates);
        await plan.settle(run.state, lossAt(t));
      }
    },
    values: () => [...params.w.ref.dataSync(), ...params.b.ref.dataSync()],
  };
  return run;
}

function flatSteps(own: Optimizer, from: number, to: number) {
  for (let t = from; t < to; t++) own.step(flat(gradient(t)), { loss: lossAt(t) });
}

const specs: OptimizerSpec[] = [
  { kind: 'amsgrad', groups: [{ match: 'b', lr: 0.02 }] },
  { kind: 'nsf', epochLength: 7, groups: [{ match: 'w', frozen: true }] },
  {
    kind: 'lcam',
    momentum: { kind: 'loss-controlled', sparse: 0.5, nonSparse: 0.9, window: { kind: 'last', steps: 3 } },
  },
  { kind: 'sgd' },
];

describe('a state', () => {
  it.each(specs)('$kind: goes over to createOptimizer by way of its bytes, and back', async (spec) => {
    const run = jaxRun(spec);
    const params = flat(start);
    const own = createOptimizer(spec, params);
    await run.steps(0, 10);
    flatSteps(own, 0, 10);

    const saved = await run.plan.state(run.state);
    const other = flat({ w: run.values().slice(0, 4), b: run.values().slice(4) });
    const heir = createOptimizer(spec, other);
    heir.load(stateFromBytes(stateToBytes(saved)));
    flatSteps(heir, 10, 20);

    const successor = jaxRun(spec, params);
    successor.state = successor.plan.load(own.state());
    await successor.steps(10, 20);

    await run.steps(10, 20);
    const expected = run.values();
    for (const [i, value] of [...other.w, ...other.b].entries()) expect(value).toBeCloseTo(expected[i]!, 5);
    for (const [i, value] of successor.values().entries()) expect(value).toBeCloseTo(expected[i]!, 5);
    expect(successor.plan.stepCount).toBe(20);
    expect(successor.plan.values).toEqual(heir.values);
  });

  it('continues a run bit for bit', async () => {
    const whole = jaxRun(specs[0]!);
    await whole.steps(0, 10);
    const saved = await whole.plan.state(whole.state);
    const values = whole.values();
    const resumed = jaxRun(specs[0]!, { w: values.slice(0, 4), b: values.slice(4) });
    resumed.state = resumed.plan.load(saved);
    await whole.steps(10, 20);
    await resumed.steps(10, 20);
    expect(resumed.values()).toEqual(whole.values());
  });

  it('that does not fit is refused as a whole', async () => {
    const run = jaxRun({ kind: 'adam' });
    await run.steps(0, 2);
    const saved = await run.plan.state(run.state);
    const other = jaxRun({ kind: 'adam' });
    const misshapen = { ...saved, moments: { ...saved.moments, w: { first: new Float32Array(3) } } };
    expect(() => other.plan.load(misshapen)).toThrow('the first moment of w has 3 elements, not 4');
    expect(() => jaxRun({ kind: 'sgd' }).plan.load(saved)).toThrow(/^state: .* not expected/);
    expect(other.plan.stepCount).toBe(0);
    await expect(jaxRun({ kind: 'amsgrad' }).plan.state(run.state)).rejects.toThrow(
      'state: the maximum moment of w is missing',
    );
  });
});

describe('the loss of a step', () => {
  const spec = { kind: 'lcam' } as const;
  const params = () => arrays(start);

  it('may be told before it or after it', async () => {
    const own = createOptimizer(spec, flat(start));
    const before = optimizer(spec).plan(params());
    const solver = optimizer(spec);
    const after = solver.plan(params());
    const state = solver.init(params());
    for (let t = 0; t < 6; t++) {
      own.step(flat(gradient(t)), { loss: lossAt(t) });
      before.advance({ loss: lossAt(t) });
      after.advance();
      await after.settle(state, lossAt(t));
      expect(before.values).toEqual(own.values);
      expect(after.values).toEqual(own.values);
    }
    const { moments: _, ...expected } = own.state();
    expect(await after.state(state)).toMatchObject(expected);
    expect(await before.state(state)).toMatchObject(expected);
  });

  it('is asked for where it is needed, and the step stays open', async () => {
    const solver = optimizer(spec);
    const plan = solver.plan(params());
    const state = solver.init(params());
    plan.advance();
    await expect(plan.settle(state)).rejects.toThrow('needs the loss as a finite number');
    await expect(plan.state(state)).rejects.toThrow('needs the loss as a finite number');
    expect(() => plan.advance()).toThrow('needs the loss as a finite number');
    await plan.settle(state, 1);
    expect(plan.stepCount).toBe(1);
    expect(() => plan.advance({ loss: Number.NaN })).toThrow('needs the loss');
    expect(plan.stepCount).toBe(1);
  });

  it('is not needed by others, nor is settling', async () => {
    const solver = optimizer({ kind: 'nsf', epochLength: 4 });
    const plan = solver.plan(params());
    const coefficients = plan.advance();
    expect(coefficients.shape).toEqual([1, 11]);
    expect(coefficients.dtype).toBe('float32');
    plan.advance();
    plan.advance();
    expect(plan.stepCount).toBe(3);
    expect((await plan.state(solver.init(params()))).step).toBe(3);
    expect(plan.values.p).toBeCloseTo(0.25, 12);
  });
});
