import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partsOf, type Signal, signalAt } from './signal.js';
import type { SignalTime } from './signal-time.js';

const at = (signal: Signal, moment: SignalTime) => signalAt(signal, moment);
const values = (signal: Signal, steps: readonly number[], stepsPerEpoch = 10) =>
  steps.map((step) => at(signal, { step, epoch: Math.floor(step / stepsPerEpoch), stepsPerEpoch }));

describe('signals at chosen steps', () => {
  it('constant', () => {
    expect(values(0.3, [0, 99])).toEqual([0.3, 0.3]);
    expect(values({ kind: 'constant', value: 0.3 }, [0, 99])).toEqual([0.3, 0.3]);
  });

  it('multistep takes the latest milestone reached, in whatever order they are listed', () => {
    const milestones = [
      { at: 4, value: 0.01 },
      { at: 2, value: 0.1 },
    ];
    expect(values({ kind: 'multistep', initial: 1, milestones }, [0, 1, 2, 3, 4, 50])).toEqual([
      1, 1, 0.1, 0.1, 0.01, 0.01,
    ]);
    expect(values({ kind: 'multistep', initial: 1, milestones, unit: 'epochs' }, [19, 20, 39, 40])).toEqual([
      1, 0.1, 0.1, 0.01,
    ]);
  });

  it('exponential multiplies before every step from `from` on', () => {
    const signal = { kind: 'exponential', initial: 8, factor: 0.5, from: 3 } as const;
    expect(values(signal, [0, 2, 3, 4, 5])).toEqual([8, 8, 4, 2, 1]);
    expect(values({ ...signal, unit: 'epochs' }, [29, 30, 31])).toEqual([8, 4, 2]);
    expect(values({ kind: 'exponential', initial: 8, factor: 0.5 }, [0, 1])).toEqual([4, 2]);
  });

  it('linear and cosine go from `from` to `to` and stay', () => {
    const linear = { kind: 'linear', from: 1, to: 0, duration: 4 } as const;
    expect(values(linear, [0, 1, 2, 4, 9])).toEqual([1, 0.75, 0.5, 0, 0]);
    expect(values({ ...linear, unit: 'epochs' }, [0, 10, 40])).toEqual([1, 0.75, 0]);
    const cosine = values({ kind: 'cosine', from: 1, to: 0, duration: 4 }, [0, 1, 2, 4, 9]);
    [1, (1 + Math.SQRT1_2) / 2, 0.5, 0, 0].forEach((value, i) => {
      expect(cosine[i]).toBeCloseTo(value, 14);
    });
  });

  it('warm-up reaches the other signal, which keeps the clock of the run', () => {
    const signal = { kind: 'warm-up', duration: 4, signal: 1 } as const;
    expect(values(signal, [0, 1, 3, 4])).toEqual([0.25, 0.5, 1, 1]);
    expect(values({ ...signal, from: 0.5 }, [1])).toEqual([0.75]);
    expect(values({ ...signal, unit: 'epochs' }, [0, 39])).toEqual([1 / 40, 1]);
    const decay = { kind: 'linear', from: 1, to: 0, duration: 8 } as const;
    expect(values({ ...signal, signal: decay }, [1, 4, 8])).toEqual([0.5 * 0.875, 0.5, 0]);
  });

  it('cycle starts low, is high after half a period, and shifts by its phase', () => {
    const triangle = { kind: 'cycle', shape: 'triangle', low: -0.25, high: 0.75, period: 8 } as const;
    expect(values(triangle, [0, 1, 2, 4, 6, 8, 12])).toEqual([-0.25, 0, 0.25, 0.75, 0.25, -0.25, 0.75]);
    expect(values({ ...triangle, phase: 0.5 }, [0, 2, 4])).toEqual([0.75, 0.25, -0.25]);
    expect(values({ ...triangle, period: 1, unit: 'epochs' }, [0, 5, 10])).toEqual([-0.25, 0.75, -0.25]);
    const cosine = values({ ...triangle, shape: 'cosine' }, [0, 1, 2, 4, 8]);
    [-0.25, -0.25 + (1 - Math.SQRT1_2) / 2, 0.25, 0.75, -0.25].forEach((value, i) => {
      expect(cosine[i]).toBeCloseTo(value, 14);
    });
  });

  it('saw rises all through its period, square jumps half-way', () => {
    const saw = { shape: 'saw', low: -0.25, high: 0.75, period: 4 } as const;
    expect(values(saw, [0, 1, 2, 3, 4, 5])).toEqual([-0.25, 0, 0.25, 0.5, -0.25, 0]);
    expect(values({ ...saw, shape: 'square' }, [0, 1, 2, 3, 4])).toEqual([-0.25, -0.25, 0.75, 0.75, -0.25]);
    expect(values({ ...saw, shape: 'square', phase: 0.5 }, [0, 2])).toEqual([0.75, -0.25]);
  });

  it('loss-controlled compares the last loss with the mean of its epoch', () => {
    const signal = { sparse: 0.9, nonSparse: 0.95 } as const;
    expect(at(signal, { step: 0 })).toBe(0.95);
    expect(at({ ...signal, initial: 0.5 }, { step: 0 })).toBe(0.5);
    expect(at(signal, { step: 1, loss: 1, meanLoss: 2 })).toBe(0.9);
    expect(at(signal, { step: 1, loss: 2, meanLoss: 2 })).toBe(0.95);
    expect(at(signal, { step: 1, loss: 3, meanLoss: 2 })).toBe(0.95);
  });
});

describe('signals in general', () => {
  const level = fc.double({ min: -1, max: 1, noNaN: true });
  const length = fc.integer({ min: 1, max: 50 });
  const unit = fc.constantFrom('steps' as const, 'epochs' as const);

  it('stay between their levels', () => {
    const signal = fc.oneof(
      fc.record({
        kind: fc.constantFrom('linear' as const, 'cosine' as const),
        from: level,
        to: level,
        duration: length,
        unit,
      }),
      fc
        .record({
          shape: fc.constantFrom('triangle' as const, 'cosine' as const, 'saw' as const, 'square' as const),
          low: level,
          high: level,
          period: length,
          unit,
        })
        .map((cycle) => ({ ...cycle, kind: 'cycle' as const })),
      fc.record({
        kind: fc.constant('warm-up' as const),
        duration: length,
        unit,
        from: level,
        signal: level,
      }),
    );
    fc.assert(
      fc.property(signal, fc.nat(500), length, (description, step, stepsPerEpoch) => {
        const levels = Object.entries(description).flatMap(([name, value]) =>
          typeof value === 'number' && !['duration', 'period'].includes(name) ? [value] : [],
        );
        const value = at(description, { step, stepsPerEpoch });
        expect(value).toBeGreaterThanOrEqual(Math.min(...levels) - 1e-15);
        expect(value).toBeLessThanOrEqual(Math.max(...levels) + 1e-15);
      }),
    );
  });

  it('a cycle repeats', () => {
    fc.assert(
      fc.property(fc.nat(100), length, (step, period) => {
        const signal = { kind: 'cycle', shape: 'cosine', low: 0, high: 1, period } as const;
        expect(at(signal, { step: step + period })).toBeCloseTo(at(signal, { step }), 10);
      }),
    );
  });

  it('say what they miss where the length of an epoch or the epoch is unknown', () => {
    expect(() => at({ shape: 'cosine', low: 0, high: 1, period: 1, unit: 'epochs' }, { step: 1 })).toThrow(
      /stepsPerEpoch.*epochLength/,
    );
    const milestones = [{ at: 1, value: 2 }];
    expect(() => at({ kind: 'multistep', initial: 1, milestones, unit: 'epochs' }, { step: 1 })).toThrow(
      /epoch/,
    );
  });

  it('know what they are made of', () => {
    const inner = { sparse: 0.9, nonSparse: 0.95 };
    const product = { kind: 'product', signals: [inner, 2] } as const;
    const warmUp = { kind: 'warm-up', duration: 3, signal: product } as const;
    const chain = { kind: 'chain', parts: [{ signal: warmUp, duration: 4 }, { signal: 1 }] } as const;
    expect(partsOf(chain)).toEqual([chain, warmUp, product, inner, 2, 1]);
    expect(partsOf(0.1)).toEqual([0.1]);
  });
});
