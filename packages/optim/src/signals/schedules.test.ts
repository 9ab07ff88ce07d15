import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Signal, signalAt } from './signal.js';

const valuesOf = (signal: Signal, count: number) =>
  Array.from({ length: count }, (_, step) => signalAt(signal, { step }));

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 14);
  });
}

describe('cosine-restarts', () => {
  it('is CosineAnnealingWarmRestarts of PyTorch 1.13', () => {
    // lr=0.1, T_0=3, T_mult=2, eta_min=0.01
    const signal = { kind: 'cosine-restarts', from: 0.1, to: 0.01, period: 3, multiplier: 2 } as const;
    expectClose(
      valuesOf(signal, 12),
      [
        0.1, 0.0775, 0.032500000000000015, 0.1, 0.09397114317029975, 0.0775, 0.05500000000000001,
        0.032500000000000015, 0.01602885682970026, 0.1, 0.09846666218300808, 0.09397114317029975,
      ],
    );
  });

  it('repeats without a multiplier, and counts in epochs', () => {
    const signal = { kind: 'cosine-restarts', from: 1, to: 0, period: 2, unit: 'epochs' } as const;
    const at = (step: number) => signalAt(signal, { step, stepsPerEpoch: 3 });
    expect(at(0)).toBe(1);
    expect(at(3)).toBeCloseTo(0.5, 15);
    fc.assert(
      fc.property(fc.nat(1000), (step) => {
        expect(at(step + 6)).toBe(at(step));
      }),
    );
  });

  it('restarts when the lengths so far are over', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 2, max: 4 }),
        fc.nat(5),
        (period, m, restarts) => {
          const step = (period * (m ** restarts - 1)) / (m - 1);
          const signal = { kind: 'cosine-restarts', from: 1, to: 0, period, multiplier: m } as const;
          expect(signalAt(signal, { step })).toBe(1);
          if (step > 0)
            expect(signalAt(signal, { step: step - 1 })).toBeLessThan(1 + 1e-15 - (period > 1 ? 1e-3 : 0));
        },
      ),
    );
  });
});

describe('one-cycle', () => {
  // lr: max_lr=0.5, total_steps=11, pct_start=4/11, div_factor=10, final_div_factor=100; momentum from 0.85 to 0.95
  const lr = { kind: 'one-cycle', initial: 0.05, peak: 0.5, final: 0.0005, duration: 10 } as const;

  it('is OneCycleLR of PyTorch 1.13', () => {
    expectClose(
      valuesOf(lr, 11),
      [
        0.05, 0.1625, 0.3875, 0.5, 0.47526697475862917, 0.4059665780142187, 0.3058246032555895,
        0.1946753967444105, 0.09453342198578131, 0.025233025241370846, 0.0005,
      ],
    );
  });

  it('linear too, and the inverse for momentum', () => {
    expectClose(
      valuesOf({ ...lr, curve: 'linear' }, 11),
      [
        0.05, 0.2, 0.35, 0.5, 0.42864285714285716, 0.3572857142857143, 0.2859285714285714,
        0.21457142857142858, 0.14321428571428568, 0.0718571428571429, 0.0005,
      ],
    );
    expectClose(
      valuesOf({ ...lr, initial: 0.95, peak: 0.85, final: 0.95 }, 11),
      [
        0.95, 0.925, 0.875, 0.85, 0.854951556604879, 0.8688255099070633, 0.8888739533021842,
        0.9111260466978157, 0.9311744900929366, 0.945048443395121, 0.95,
      ],
    );
  });

  it('stays at the end, and peaks where it is told', () => {
    expect(signalAt(lr, { step: 99 })).toBe(0.0005);
    expect(signalAt({ ...lr, rise: 0.5 }, { step: 5 })).toBe(0.5);
    expect(signalAt({ ...lr, duration: 2, unit: 'epochs', rise: 0.5 }, { step: 7, stepsPerEpoch: 7 })).toBe(
      0.5,
    );
  });
});
