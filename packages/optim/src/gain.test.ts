import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOptimizer, type OptimizerSpec, reference } from './index.js';

const norm = (values: readonly number[]) => Math.hypot(...values);
const series = fc.array(
  fc.array(fc.double({ min: 1e-6, max: 10, noNaN: true }), { minLength: 4, maxLength: 4 }),
  { minLength: 1, maxLength: 8 },
);

/** The steps of two parameters from the same moments: theta is put back to where it was after every step. */
function stepsOf(spec: OptimizerSpec, gradients: readonly (readonly number[])[]) {
  const start = { a: [0.5, -1], b: [2, 1] };
  const params = { a: Float64Array.from(start.a), b: Float64Array.from(start.b) };
  const optimizer = reference(spec, params);
  return gradients.map((gradient) => {
    optimizer.step({ a: Float64Array.from(gradient.slice(0, 2)), b: Float64Array.from(gradient.slice(2)) });
    const moved = (name: 'a' | 'b') => start[name].map((value, i) => params[name][i]! - value);
    const steps = { a: moved('a'), b: moved('b') };
    params.a.set(start.a);
    params.b.set(start.b);
    return steps;
  });
}

describe('matched gain', () => {
  const options = { lr: 0.01, gain: 'matched', weightDecay: 0.1, eps: 1e-3 } as const;

  it.each([1, 0.75, 0.5, 0.25, 0, -0.25, -1])(
    'gives every parameter a step as long as that of p = 1/2, p = %d',
    (p) => {
      fc.assert(
        fc.property(series, (gradients) => {
          const found = stepsOf({ kind: 'smes', ...options, p }, gradients);
          const adam = stepsOf({ kind: 'adam', lr: 0.01, weightDecay: 0.1, eps: 1e-3 }, gradients);
          found.forEach(({ a, b }, t) => {
            expect(norm(a) / norm(adam[t]!.a)).toBeCloseTo(1, 9);
            expect(norm(b) / norm(adam[t]!.b)).toBeCloseTo(1, 9);
          });
        }),
      );
    },
  );

  it('matches padam to its own p = 1/2, over the largest second moment', () => {
    fc.assert(
      fc.property(series, (gradients) => {
        const spec = { kind: 'padam', ...options } as const;
        const found = stepsOf(spec, gradients);
        const reference = stepsOf({ ...spec, gain: 'raw', p: 0.5 }, gradients);
        found.forEach(({ a }, t) => {
          expect(norm(a) / norm(reference[t]!.a)).toBeCloseTo(1, 9);
        });
      }),
    );
  });

  it.each([1, 0.25, 0, -0.5])('keeps the direction of the raw step, p = %d', (p) => {
    fc.assert(
      fc.property(series, (gradients) => {
        const found = stepsOf({ kind: 'smes', ...options, p }, gradients);
        const raw = stepsOf({ kind: 'smes', ...options, gain: 'raw', p }, gradients);
        found.forEach(({ a: [x, y] }, t) => {
          const [rawX, rawY] = raw[t]!.a;
          expect(Math.atan2(y!, x!)).toBeCloseTo(Math.atan2(rawY!, rawX!), 7);
        });
      }),
    );
  });

  it('changes nothing at p = 1/2', () => {
    fc.assert(
      fc.property(series, (gradients) => {
        const raw = stepsOf({ kind: 'smes', ...options, gain: 'raw', p: 0.5 }, gradients);
        expect(stepsOf({ kind: 'smes', ...options, p: 0.5 }, gradients)).toEqual(raw);
      }),
    );
  });

  it('by hand: p = 0 after one step', () => {
    // mhat = (3, 4), vhat = (9, 16): d_1/2 = (1, 1), d_0 = (3, 4); factor sqrt(2) / 5.
    const w = Float64Array.of(0, 0);
    reference({ kind: 'smes', p: 0, lr: 1, eps: 0, gain: 'matched' }, { w }).step({
      w: Float64Array.of(3, 4),
    });
    expect(w[0]).toBeCloseTo((-3 * Math.SQRT2) / 5, 14);
    expect(w[1]).toBeCloseTo((-4 * Math.SQRT2) / 5, 14);
  });

  it('is that of the clipped gradient', () => {
    const w = Float64Array.of(0, 0);
    const spec = { kind: 'smes', p: 0, lr: 1, eps: 0, gain: 'matched', clipValue: 4 } as const;
    reference(spec, { w }).step({ w: Float64Array.of(3, 400) });
    expect(w[1]).toBeCloseTo((-4 * Math.SQRT2) / 5, 14);
  });

  it('moves nothing for a gradient of zero', () => {
    const w = Float64Array.of(1, 2);
    reference({ kind: 'nsf', gain: 'matched', epochLength: 5 }, { w }).step({ w: new Float64Array(2) });
    expect(w).toEqual(Float64Array.of(1, 2));
  });
});

describe('matched gain of very large and very small gradients', () => {
  it.each([1e13, 1e6, 1e-6, 1e-13])('of about %d takes the steps of the reference', (size) => {
    for (const p of [-1, -0.7, -0.3, 0.3, 1]) {
      const spec = { kind: 'smes', p, lr: 0.1, gain: 'matched', eps: 0 } as const;
      const gradients = [1, 2, 0.1, 0].map((value) => value * size);
      const exact = Float64Array.of(1, 1, 1, 1);
      const oracle = reference(spec, { w: exact });
      const w = Float32Array.of(1, 1, 1, 1);
      const optimizer = createOptimizer(spec, { w });
      for (const sign of [1, -1, 1]) {
        oracle.step({ w: Float64Array.from(gradients, (value) => sign * value) });
        optimizer.step({ w: Float32Array.from(gradients, (value) => sign * value) });
      }
      exact.forEach((value, i) => {
        expect(Math.abs(w[i]! - value), `p = ${p}`).toBeLessThan(1e-5);
      });
    }
  });
});
