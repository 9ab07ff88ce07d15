import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOptimizer, type OptimizerSpec, type Signal, type SignalKind } from './index.js';

const half = { kind: 'linear', from: 0.5, to: 0.1, duration: 7 } as const;
const switched = (window: 'epoch' | { kind: 'last'; steps: number }) =>
  ({ kind: 'loss-controlled', sparse: 0.2, nonSparse: 0.4, window }) as const;

/** One of each kind, busy within the first 15 steps. */
const signals: Readonly<Record<SignalKind | 'number' | 'function', Signal>> = {
  number: 0.3,
  function: ({ step, loss = 1 }) => loss / (10 + step),
  constant: { kind: 'constant', value: 0.3 },
  multistep: { kind: 'multistep', initial: 0.5, milestones: [{ at: 1, value: 0.1 }], unit: 'epochs' },
  exponential: { kind: 'exponential', initial: 0.5, factor: 0.9, from: 4 },
  linear: half,
  cosine: { kind: 'cosine', from: 0.5, to: 0, duration: 2, unit: 'epochs' },
  'cosine-restarts': { kind: 'cosine-restarts', from: 0.5, to: 0, period: 3, multiplier: 1.5 },
  'one-cycle': { kind: 'one-cycle', initial: 0.1, peak: 0.5, final: 0, duration: 12 },
  'warm-up': { kind: 'warm-up', duration: 5, signal: half },
  cycle: { kind: 'cycle', shape: 'saw', low: 0, high: 0.5, period: 4 },
  'loss-controlled': switched('epoch'),
  chain: {
    kind: 'chain',
    parts: [{ signal: half, duration: 5 }, { signal: switched({ kind: 'last', steps: 3 }) }],
  },
  product: { kind: 'product', signals: [half, switched({ kind: 'last', steps: 4 }), 2] },
};

const info = (t: number) => ({ loss: 2 + Math.sin(3 * t), epoch: Math.floor(t / 5), stepsPerEpoch: 5 });
const gradientsAt = (t: number) => ({
  w: Float32Array.of(Math.sin(t), Math.cos(2 * t), 0),
  b: Float32Array.of(Math.sin(5 * t)),
});
const parameters = () => ({ w: Float32Array.of(0.5, -1, 2), b: Float32Array.of(0.1) });

describe('a signal of each kind', () => {
  it.each(Object.entries(signals))(
    '%s goes on bit for bit after save and load, in every hyperparameter and in a group',
    (_, signal) => {
      const spec: OptimizerSpec = {
        kind: 'smes',
        lr: signal,
        beta1: signal,
        beta2: signal,
        p: signal,
        weightDecay: signal,
        groups: [{ match: 'b', lr: 0.1, p: { kind: 'product', signals: [signal, -1] } }],
      };
      fc.assert(
        fc.property(fc.nat(14), (saveAt) => {
          const straight = parameters();
          const optimizer = createOptimizer(spec, straight);
          for (let t = 0; t < 15; t++) optimizer.step(gradientsAt(t), info(t));

          const resumed = parameters();
          const before = createOptimizer(spec, resumed);
          for (let t = 0; t < saveAt; t++) before.step(gradientsAt(t), info(t));
          const { moments, ...json } = before.state();
          const after = createOptimizer(spec, resumed);
          after.load({ ...JSON.parse(JSON.stringify(json)), moments });
          for (let t = saveAt; t < 15; t++) after.step(gradientsAt(t), info(t));

          expect(resumed).toEqual(straight);
          expect(after.state()).toEqual(optimizer.state());
        }),
        { numRuns: 15 },
      );
    },
  );
});
