import { describe, expect, it } from 'vitest';
import { type Signal, signalAt } from './signal.js';

const valuesOf = (signal: Signal, count: number, stepsPerEpoch = 2) =>
  Array.from({ length: count }, (_, step) =>
    signalAt(signal, { step, epoch: Math.floor(step / stepsPerEpoch), stepsPerEpoch }),
  );

describe('chain', () => {
  const linear = { kind: 'linear', from: 1, to: 0, duration: 4 } as const;

  it('gives each part a clock of its own, the last for ever', () => {
    const parts = [{ signal: 7, duration: 2 }, { signal: linear, duration: 3 }, { signal: linear }];
    expect(valuesOf({ kind: 'chain', parts }, 11)).toEqual([7, 7, 1, 0.75, 0.5, 1, 0.75, 0.5, 0.25, 0, 0]);
    const uneven = [{ signal: 7, duration: 1.5 }, { signal: 8 }];
    expect(valuesOf({ kind: 'chain', parts: uneven }, 4)).toEqual([7, 7, 8, 8]);
    expect(valuesOf({ kind: 'chain', parts: [{ signal: linear, duration: 1 }] }, 3)).toEqual([1, 0.75, 0.5]);
  });

  it('counts in epochs, by the clock of the part too', () => {
    const milestones = [{ at: 1, value: 5 }];
    const steps = { kind: 'multistep', initial: 4, milestones, unit: 'epochs' } as const;
    const parts = [{ signal: 7, duration: 1.5, unit: 'epochs' as const }, { signal: steps }];
    expect(valuesOf({ kind: 'chain', parts }, 7)).toEqual([7, 7, 7, 4, 4, 5, 5]);
    expect(() => signalAt({ kind: 'chain', parts }, { step: 0 })).toThrow(/stepsPerEpoch/);
  });

  it('nests, and passes the losses on', () => {
    const inner = { kind: 'chain', parts: [{ signal: 1, duration: 1 }, { signal: 2 }] } as const;
    const parts = [
      { signal: inner, duration: 2 },
      { signal: inner, duration: 2 },
      { signal: { sparse: 8, nonSparse: 9 } },
    ];
    expect(valuesOf({ kind: 'chain', parts }, 5)).toEqual([1, 2, 1, 2, 9]);
    expect(signalAt({ kind: 'chain', parts }, { step: 6, loss: 1, meanLoss: 2 })).toBe(8);
  });
});

describe('product', () => {
  it('multiplies', () => {
    const linear = { kind: 'linear', from: 1, to: 0, duration: 4 } as const;
    const signal = { kind: 'product', signals: [0.5, linear, ({ step }: { step: number }) => step] } as const;
    expect(valuesOf(signal, 4)).toEqual([0, 0.375, 0.5, 0.375]);
  });
});
