import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOptimizer, type LossWindow } from './index.js';

const params = () => ({ w: Float32Array.of(1) });
const grads = { w: Float32Array.of(1) };
const start = (window: LossWindow) =>
  createOptimizer(
    { kind: 'lcam', weightDecay: 0, momentum: { sparse: 0.5, nonSparse: 0.9, window } },
    params(),
  );

/** Which of the losses were below the mean that the window should have, seen at the step after. */
function switched(window: LossWindow, losses: readonly number[], stepsPerEpoch: number): boolean[] {
  const optimizer = start(window);
  const seen = [...losses, 0].map((loss, t) => {
    optimizer.step(grads, { loss, epoch: Math.floor(t / stepsPerEpoch) });
    return optimizer.values.momentum === 0.5;
  });
  return seen.slice(1);
}

const losses = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 20 });

describe('windows of the loss-controlled switch', () => {
  it('last: the mean of the last few losses', () => {
    fc.assert(
      fc.property(losses, fc.integer({ min: 1, max: 6 }), (series, steps) => {
        const expected = series.map((loss, t) => {
          const window = series.slice(Math.max(0, t + 1 - steps), t + 1);
          return loss < window.reduce((a, b) => a + b) / window.length;
        });
        expect(switched({ kind: 'last', steps }, series, 4)).toEqual(expected);
      }),
    );
  });

  it('ema: weights fall by decay', () => {
    fc.assert(
      fc.property(losses, (series) => {
        const expected = series.map((loss, t) => {
          const weights = series.slice(0, t + 1).map((_, i) => 0.5 ** (t - i));
          const sum = weights.reduce((total, weight, i) => total + weight * series[i]!, 0);
          return loss < sum / weights.reduce((a, b) => a + b);
        });
        expect(switched({ kind: 'ema', decay: 0.5 }, series, 4)).toEqual(expected);
      }),
    );
  });

  it('epoch is the default', () => {
    const series = [4, 2, 4, 1, 3, 2, 5];
    expect(switched('epoch', series, 3)).toEqual([false, true, false, false, false, false, false]);
    const optimizer = createOptimizer({ kind: 'lcam' }, params());
    optimizer.step(grads, { loss: 1, epoch: 0 });
    expect(optimizer.state().losses).toEqual({ epoch: 0, sum: 1, count: 1, last: 1, windows: {} });
  });

  it.each<LossWindow>(['epoch', { kind: 'ema', decay: 0.9 }, { kind: 'last', steps: 3 }])(
    '%o goes on after save and load through JSON',
    (window) => {
      fc.assert(
        fc.property(losses, fc.nat(19), (series, saveAt) => {
          const straight = start(window);
          let resumed = start(window);
          series.forEach((loss, t) => {
            if (t === saveAt) {
              const { moments, ...json } = resumed.state();
              resumed = start(window);
              resumed.load({ ...JSON.parse(JSON.stringify(json)), moments });
            }
            straight.step(grads, { loss, epoch: Math.floor(t / 4) });
            resumed.step(grads, { loss, epoch: Math.floor(t / 4) });
            expect(resumed.values).toEqual(straight.values);
          });
          expect(resumed.state()).toEqual(straight.state());
        }),
      );
    },
  );

  it('are copied when loaded', () => {
    const optimizer = start({ kind: 'last', steps: 2 });
    optimizer.step(grads, { loss: 1 });
    const list = [5];
    const { losses: before, ...rest } = optimizer.state();
    optimizer.load({ ...rest, losses: { ...before!, windows: { 'last 2': list } } });
    list[0] = 7;
    expect(optimizer.state().losses?.windows).toEqual({ 'last 2': [5] });
  });

  it.each<[string, object, RegExp]>([
    ['missing', {}, /losses\.windows\.last 2 is not a list of 1 to 2 finite numbers/],
    ['too long', { 'last 2': [1, 2, 3] }, /last 2 is not a list of 1 to 2/],
    ['not finite', { 'last 2': [Number.NaN] }, /last 2 is not a list/],
    ['extra', { 'last 2': [1], 'ema 0.5': [1, 1] }, /losses\.windows\.ema 0\.5 is not expected/],
  ])('%s in a state: named, and nothing changed', (_, windows, message) => {
    const optimizer = start({ kind: 'last', steps: 2 });
    optimizer.step(grads, { loss: 1 });
    const before = optimizer.state();
    expect(() =>
      optimizer.load({ ...before, losses: { ...before.losses!, windows: windows as never } }),
    ).toThrow(message);
    expect(optimizer.state()).toEqual(before);
  });
});
