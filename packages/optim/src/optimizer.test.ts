import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createOptimizer,
  NonFiniteGradientError,
  type OptimizerKind,
  type OptimizerSpec,
  type OptimizerState,
  optimizerKinds,
  stateFromBytes,
  stateToBytes,
} from './index.js';

const info = (t: number) => ({ loss: 2 + Math.sin(3 * t), epoch: Math.floor(t / 5), stepsPerEpoch: 5 });
const parameters = () => ({ w: Float32Array.of(0.5, -1, 2), b: Float32Array.of(0.1) });
const gradientsAt = (t: number) => ({
  w: Float32Array.of(Math.sin(t), Math.cos(2 * t), 0),
  b: Float32Array.of(Math.sin(5 * t)),
});
const snapshot = (params: Record<string, Float32Array>, state: unknown) => structuredClone({ params, state });

describe('state', () => {
  it.each(optimizerKinds)('%s goes on bit for bit after save and load, whatever the step', (kind) => {
    fc.assert(
      fc.property(fc.nat(14), (saveAt) => {
        const straight = parameters();
        const optimizer = createOptimizer({ kind }, straight);
        for (let t = 0; t < 15; t++) optimizer.step(gradientsAt(t), info(t));

        const resumed = parameters();
        const before = createOptimizer({ kind }, resumed);
        for (let t = 0; t < saveAt; t++) before.step(gradientsAt(t), info(t));
        const { moments, ...json } = before.state();
        const after = createOptimizer({ kind }, resumed);
        after.load({ ...JSON.parse(JSON.stringify(json)), moments });
        expect(after.values).toEqual(before.values);
        for (let t = saveAt; t < 15; t++) after.step(gradientsAt(t), info(t));

        expect(resumed).toEqual(straight);
        expect(after.state()).toEqual(optimizer.state());
      }),
      { numRuns: 15 },
    );
  });

  it.each(optimizerKinds)('%s: 40 steps, a file, a new instance, 40 more, as 80 at once', (kind) => {
    const spec: OptimizerSpec = { kind, weightDecay: 0.01, epochLength: 5 };
    const [straight, resumed] = [parameters(), parameters()];
    const optimizer = createOptimizer(spec, straight);
    const before = createOptimizer(spec, resumed);
    for (let t = 0; t < 80; t++) optimizer.step(gradientsAt(t), { loss: 2 + Math.sin(3 * t) });
    for (let t = 0; t < 40; t++) before.step(gradientsAt(t), { loss: 2 + Math.sin(3 * t) });
    const after = createOptimizer(spec, resumed);
    after.load(stateFromBytes(stateToBytes(before.state())));
    for (let t = 40; t < 80; t++) after.step(gradientsAt(t), { loss: 2 + Math.sin(3 * t) });
    expect(resumed).toEqual(straight);
    expect(after.state()).toEqual(optimizer.state());
  });

  it('is a copy, and is copied when loaded', () => {
    const optimizer = createOptimizer({ kind: 'adam' }, parameters());
    optimizer.step(gradientsAt(1));
    const state = optimizer.state();
    const kept = structuredClone(state);
    optimizer.step(gradientsAt(2));
    expect(state).toEqual(kept);
    optimizer.load(state);
    optimizer.step(gradientsAt(3));
    expect(state).toEqual(kept);
  });

  it('holds the moments that the rule needs', () => {
    const held = (kind: OptimizerKind) =>
      Object.keys(createOptimizer({ kind }, parameters()).state().moments.w ?? {});
    expect(held('sgd')).toEqual([]);
    expect(held('lcam')).toEqual(['first']);
    expect(held('rmsprop')).toEqual(['second']);
    expect(held('nsf')).toEqual(['first', 'second']);
    expect(held('padam')).toEqual(['first', 'second', 'maximum']);
    expect(held('amsgrad')).toEqual(['first', 'second', 'maximum']);
  });

  it.each<[string, (state: OptimizerState) => object, RegExp]>([
    ['missing parameter', ({ moments }) => ({ moments: { w: moments.w } }), /moments of b are missing/],
    [
      'extra parameter',
      ({ moments }) => ({ moments: { ...moments, c: {} } }),
      /moments of c is not expected/,
    ],
    [
      'missing moment',
      ({ moments: m }) => ({ moments: { ...m, b: { first: m.b?.first } } }),
      /second moment of b is missing/,
    ],
    [
      'extra moment',
      ({ moments: m }) => ({ moments: { ...m, b: { ...m.b, maximum: m.b?.first } } }),
      /maximum moment of b is not expected/,
    ],
    [
      'misshapen moment',
      ({ moments: m }) => ({ moments: { ...m, b: { ...m.b, second: new Float32Array(2) } } }),
      /second moment of b has 2 elements, not 1/,
    ],
    [
      'other precision',
      ({ moments: m }) => ({ moments: { ...m, b: { ...m.b, second: new Float64Array(1) } } }),
      /second moment of b is Float64Array, not Float32Array/,
    ],
    ['no moments', () => ({ moments: undefined }), /moments is nothing, not an object/],
    [
      'moments that are none',
      () => ({ moments: { w: null, b: {} } }),
      /moments of w are null, not an object/,
    ],
    [
      'moments that are not finite',
      ({ moments: m }) => ({ moments: { ...m, b: { ...m.b, first: Float32Array.of(NaN) } } }),
      /first moment of b is NaN at index 0, not a finite number/,
    ],
    [
      'squares below 0',
      ({ moments: m }) => ({ moments: { ...m, b: { ...m.b, second: Float32Array.of(-1) } } }),
      /second moment of b is -1 at index 0, not a finite number >= 0/,
    ],
    ['bad step', () => ({ step: -1 }), /step is -1/],
    ['no count of skipped steps', () => ({ skippedSteps: undefined }), /skippedSteps is undefined/],
    [
      'groups of another spec',
      ({ values, betaProducts }) => ({ groups: [{ values, betaProducts }] }),
      /1 groups, not 0/,
    ],
    ['missing value', () => ({ values: {} }), /values.lr is undefined/],
    [
      'value of another optimizer',
      ({ values }) => ({ values: { ...values, momentum: 0 } }),
      /values.momentum/,
    ],
    ['bad product', () => ({ betaProducts: { beta1: Number.NaN, beta2: 1 } }), /betaProducts.beta1 is NaN/],
    ['product above 1', () => ({ betaProducts: { beta1: 2, beta2: 1 } }), /betaProducts.beta1 is 2, not/],
    ['losses that nothing follows', () => ({ losses: {} }), /losses: found an object; allowed: null/],
    ['groups that are no list', () => ({ groups: {} }), /groups is an object, not a list/],
  ])('%s: load names it and changes nothing', (_, change, message) => {
    const optimizer = createOptimizer({ kind: 'adam' }, parameters());
    optimizer.step(gradientsAt(1));
    const other = createOptimizer({ kind: 'adam' }, parameters());
    other.step(gradientsAt(2));
    other.step(gradientsAt(3));
    const before = optimizer.state();
    expect(() => optimizer.load({ ...other.state(), ...change(other.state()) })).toThrow(message);
    expect(optimizer.state()).toEqual(before);
  });

  it.each<[string, (state: OptimizerState) => object, RegExp]>([
    ['no losses', () => ({ losses: null }), /losses: found null; allowed: the losses of the steps done/],
    ['a loss missing', () => ({ losses: { epoch: 0, sum: 1, count: 1 } }), /losses.last is undefined/],
    ['a count of none', ({ losses }) => ({ losses: { ...losses, count: 0 } }), /losses.count is 0, not 1/],
  ])('%s: load of what follows the loss names it', (_, change, message) => {
    const optimizer = createOptimizer({ kind: 'lcam' }, parameters());
    optimizer.step(gradientsAt(1), info(1));
    const state = optimizer.state();
    expect(() => optimizer.load({ ...state, ...change(state) })).toThrow(message);
  });

  it.each([null, undefined, 3, []])('%j is not a state', (state) => {
    const optimizer = createOptimizer({ kind: 'adam' }, parameters());
    expect(() => optimizer.load(state as never)).toThrow(/^state: /);
  });
});

describe('tensors that came in another way', () => {
  it.each([null, undefined, new Map(), [], 'w'])('%o are refused', (tensors) => {
    expect(() => createOptimizer({ kind: 'adam' }, tensors as never)).toThrow(/^params: found .*; allowed: /);
    const optimizer = createOptimizer({ kind: 'adam' }, parameters());
    expect(() => optimizer.step(tensors as never)).toThrow(/^grads: found .*; allowed: /);
  });
});

it.each([NaN, -1, Infinity])('epoch %d is refused', (epoch) => {
  const optimizer = createOptimizer({ kind: 'adam' }, parameters());
  expect(() => optimizer.step(gradientsAt(1), { epoch })).toThrow(`epoch is ${epoch}, not a number >= 0`);
});

describe('step', () => {
  it('does not depend on the order of parameters', () => {
    fc.assert(
      fc.property(fc.constantFrom(...optimizerKinds), fc.integer({ min: 1, max: 20 }), (kind, steps) => {
        const forward = parameters();
        const { w, b } = parameters();
        const backward = { b, w };
        const first = createOptimizer({ kind }, forward);
        const second = createOptimizer({ kind }, backward);
        for (let t = 0; t < steps; t++) {
          const grads = gradientsAt(t);
          first.step(grads, info(t));
          second.step({ b: grads.b, w: grads.w }, info(t));
        }
        expect(backward).toEqual(forward);
      }),
    );
  });

  it.each(optimizerKinds)('%s refuses gradients that do not fit, before any change', (kind) => {
    const params = parameters();
    const optimizer = createOptimizer({ kind }, params);
    optimizer.step(gradientsAt(1), info(1));
    const before = snapshot(params, optimizer.state());
    const { w, b } = gradientsAt(2);
    const refuses = (grads: Record<string, Float32Array>, message: RegExp) => {
      expect(() => optimizer.step(grads, info(2))).toThrow(message);
      expect(snapshot(params, optimizer.state())).toEqual(before);
    };
    refuses({ w }, /gradient b is missing/);
    refuses({ w, b, c: b }, /gradient c is not expected/);
    refuses({ w, b: w }, /gradient b has 3 elements, not 1/);
    refuses({ w, b: Float32Array.of(Number.NaN) }, /gradient of b is NaN at index 0/);
    refuses({ w: Float32Array.of(0, 1, -Infinity), b }, /gradient of w is -Infinity at index 2/);
  });

  it('tells a non-finite gradient by its type', () => {
    const optimizer = createOptimizer({ kind: 'sgd' }, { w: Float32Array.of(1, 2) });
    try {
      optimizer.step({ w: Float32Array.of(0, Infinity) });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(NonFiniteGradientError);
      expect(error).toMatchObject({ parameter: 'w', index: 1, value: Infinity });
    }
  });

  it('skips a step with a non-finite gradient where asked to, and counts it', () => {
    const run = (spec: OptimizerSpec, steps: readonly number[]) => {
      const params = parameters();
      const optimizer = createOptimizer(spec, params);
      for (const t of steps) {
        const grads = t < 0 ? { ...gradientsAt(1), b: Float32Array.of(Number.NaN) } : gradientsAt(t);
        optimizer.step(grads, { loss: t < 0 ? Number.NaN : 1 + t, epoch: 0, stepsPerEpoch: 9 });
      }
      return {
        params,
        state: optimizer.state(),
        count: optimizer.stepCount,
        skipped: optimizer.skippedSteps,
      };
    };
    for (const kind of optimizerKinds) {
      const skipping = run({ kind, nonFinite: 'skip' }, [0, -1, 1, -1, -1, 2]);
      const clean = run({ kind }, [0, 1, 2]);
      expect(skipping.params).toEqual(clean.params);
      expect(skipping.state).toEqual({ ...clean.state, skippedSteps: 3 });
      expect([skipping.count, skipping.skipped, clean.skipped]).toEqual([3, 3, 0]);
    }
    expect(() => run({ kind: 'sgd', nonFinite: 'stop' }, [-1])).toThrow(NonFiniteGradientError);
  });

  it.each([
    [{ kind: 'lcam' }, { epoch: 0 }, /needs the loss as a finite number; step got undefined/],
    [{ kind: 'lcam' }, { epoch: 0, loss: Number.NaN }, /step got NaN/],
    [{ kind: 'nsf' }, { loss: 1 }, /stepsPerEpoch/],
    [{ kind: 'nsf' }, { stepsPerEpoch: 0 }, /stepsPerEpoch is 0/],
  ] as const)('%o with %o is refused before any change', (spec, stepInfo, message) => {
    const params = parameters();
    const optimizer = createOptimizer(spec, params);
    const before = snapshot(params, optimizer.state());
    expect(() => optimizer.step(gradientsAt(1), stepInfo)).toThrow(message);
    expect(snapshot(params, optimizer.state())).toEqual(before);
  });

  it('refuses parameters of another precision', () => {
    const w: unknown = Float64Array.of(1);
    expect(() => createOptimizer({ kind: 'sgd' }, { w: w as Float32Array })).toThrow(
      'parameter w is Float64Array, not Float32Array',
    );
  });
});

describe('values', () => {
  it('are those of the first step, then of the last', () => {
    const lr = { kind: 'linear', from: 1, to: 0, duration: 4 } as const;
    const optimizer = createOptimizer({ kind: 'smes', lr }, parameters());
    const seen = [optimizer.values.lr];
    for (let t = 0; t < 3; t++) {
      optimizer.step(gradientsAt(t));
      seen.push(optimizer.values.lr);
    }
    expect(seen).toEqual([1, 1, 0.75, 0.5]);
    expect(optimizer.stepCount).toBe(3);
    expect(Object.keys(optimizer.values)).toEqual(['lr', 'beta1', 'beta2', 'eps', 'weightDecay', 'p']);
  });

  it('lcam switches its momentum by the mean of the epoch so far', () => {
    const optimizer = createOptimizer({ kind: 'lcam' }, parameters());
    const momenta = [4, 2, 4, 1, 3, 2].map((loss, t) => {
      optimizer.step(gradientsAt(t), { loss, epoch: t < 3 ? 0 : 1 });
      return optimizer.values.momentum;
    });
    // Means 4, 3, 10/3 in the first epoch; 1, 2, 2 in the second.
    expect(momenta).toEqual([0.95, 0.95, 0.9, 0.95, 0.95, 0.95]);
    optimizer.step(gradientsAt(6), { loss: 1, epoch: 1 });
    optimizer.step(gradientsAt(7), { loss: 5, epoch: 2 });
    expect(optimizer.values.momentum).toBe(0.9);
  });

  it('do not follow a spec that is changed afterwards', () => {
    const p = { shape: 'triangle' as const, low: 0, high: 0.5, period: 4 };
    const optimizer = createOptimizer({ kind: 'nsf', p }, parameters());
    p.low = 0.3;
    optimizer.step(gradientsAt(0));
    expect(optimizer.values.p).toBe(0);
  });
});
