import { describe, expect, it } from 'vitest';
import { createOptimizer, OptimizerSpecError, type SignalTime, validateSpec } from './index.js';

const params = () => ({ w: Float32Array.of(1) });
const grads = { w: Float32Array.of(1) };

describe('functions as signals', () => {
  it('see the moment, with the loss where step is told it', () => {
    const seen: SignalTime[] = [];
    const lr = (moment: SignalTime) => {
      seen.push(moment);
      return 0.5 / (moment.step + 1);
    };
    const optimizer = createOptimizer({ kind: 'sgd', lr, epochLength: 4 }, params());
    seen.length = 0;
    optimizer.step(grads, { loss: 3 });
    optimizer.step(grads, { loss: 1 });
    optimizer.step(grads);
    expect(optimizer.values.lr).toBe(0.5 / 3);
    optimizer.step(grads);
    expect(seen.map(({ step, loss, meanLoss }) => [step, loss, meanLoss])).toEqual([
      [0, undefined, undefined],
      [1, 3, 3],
      [2, 1, 2],
      [3, undefined, undefined],
    ]);
  });

  it('save and load like any other', () => {
    const spec = { kind: 'momentum', lr: ({ step }: SignalTime) => 1 / (1 + step) } as const;
    const first = createOptimizer(spec, params());
    first.step(grads, { loss: 2 });
    const second = createOptimizer(spec, params());
    second.load(first.state());
    first.step(grads);
    second.step(grads);
    expect(second.state()).toEqual(first.state());
    expect(second.values.lr).toBe(0.5);
  });

  it('are no JSON', () => {
    const spec = { kind: 'sgd', lr: { kind: 'warm-up', duration: 3, signal: () => 1 } };
    expect(() => validateSpec(spec)).toThrow(OptimizerSpecError);
    expect(() => validateSpec(spec)).toThrow(
      'lr.signal: found a function; allowed: a number >= 0, or a signal {"kind": ...}',
    );
  });

  it('do not stand in for a signal of a kind that is asked for', () => {
    const spec: unknown = { kind: 'nsf', p: () => 0 };
    expect(() => createOptimizer(spec as { kind: 'nsf' }, params())).toThrow(
      /p: found a function; allowed: a cycle/,
    );
  });
});

describe('values outside of the limits', () => {
  it.each([
    [{ kind: 'sgd', lr: ({ step }: SignalTime) => 1 - step }, 'lr is -1 at step 2, not a number >= 0'],
    [{ kind: 'sgd', lr: ({ step }: SignalTime) => (step < 2 ? 1 : Number.NaN) }, 'lr is NaN at step 2'],
    [
      {
        kind: 'smes',
        p: { kind: 'product', signals: [{ kind: 'linear', from: 1, to: 3, duration: 2 }, 0.5] },
      },
      'p is 1.5 at step 2, not a number in [-1, 1]',
    ],
  ] as const)('%o: refused before any change', (spec, message) => {
    const own = params();
    const optimizer = createOptimizer(spec, own);
    optimizer.step(grads);
    optimizer.step(grads);
    const before = structuredClone([own, optimizer.state()]);
    expect(() => optimizer.step(grads)).toThrow(message);
    expect([own, optimizer.state()]).toEqual(before);
  });
});
