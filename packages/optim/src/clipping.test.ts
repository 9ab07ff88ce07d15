import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOptimizer, type OptimizerSpec, optimizerKinds, reference } from './index.js';

const gradients = [
  { w: [3, -4, 0.5], b: [12] },
  { w: [0.1, 0.2, -0.3], b: [0.05] },
  { w: [1, -2, 0], b: [-0.5] },
];
const parameters = () => ({ w: Float64Array.of(0.5, -1, 2), b: Float64Array.of(0.25) });

function run(spec: OptimizerSpec, series: readonly { w: readonly number[]; b: readonly number[] }[]) {
  const params = parameters();
  const optimizer = reference(spec, params);
  return series.map(({ w, b }) => {
    optimizer.step(
      { w: Float64Array.from(w), b: Float64Array.from(b) },
      { loss: 1, epoch: 0, stepsPerEpoch: 10 },
    );
    return [...params.w, ...params.b];
  });
}

function expectClose(found: readonly number[][], expected: readonly number[][]): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((row, t) => {
    row.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[t]![i]!, 13);
    });
  });
}

describe('clipping', () => {
  it('by norm, over groups, as clip_grad_norm_ and parameter groups of PyTorch 1.13', () => {
    // clip_grad_norm_([w, b], 1.5); Adam([{w}, {b, lr=0.05, weight_decay=0, betas=(0.5, 0.75)}], lr=0.1, weight_decay=0.01)
    const spec = {
      kind: 'adam',
      lr: 0.1,
      weightDecay: 0.01,
      clipNorm: 1.5,
      groups: [{ match: 'b', lr: 0.05, weightDecay: 0, beta1: 0.5, beta2: 0.75 }],
    } as const;
    expectClose(run(spec, gradients), [
      [0.40000000284983034, -0.9000000021222526, 1.9000000128783516, 0.20000000036137813],
      [0.3146036202917386, -0.8658726135167619, 1.953889338013193, 0.17272493550675222],
      [0.22669727934418515, -0.7967779937679316, 1.9911784714226521, 0.17098648049226434],
    ]);
  });

  it('by value, as clip_grad_value_ of PyTorch 1.13', () => {
    // clip_grad_value_([w], 0.75); SGD([w], lr=0.1, momentum=0.9)
    const spec = { kind: 'momentum', lr: 0.1, clipValue: 0.75 } as const;
    expectClose(
      run(spec, gradients).map(([a, b, c]) => [a!, b!, c!]),
      [
        [0.425, -0.925, 1.95],
        [0.3475, -0.8775, 1.935],
        [0.20275, -0.75975, 1.9215],
      ],
    );
  });

  it('takes the norm of the values already bounded, and leaves weight decay alone', () => {
    // Bounded to (1, -1, 0.5 | 1), whose norm is sqrt(3.25).
    const scale = 0.5 / (Math.sqrt(3.25) + 1e-6);
    const decayed = [0.5, -1, 2, 0.25].map((weight) => weight * 0.9);
    const spec = { kind: 'sgd', lr: 1, weightDecay: 0.1, clipValue: 1, clipNorm: 0.5 } as const;
    expectClose(run(spec, gradients.slice(0, 1)), [
      [1, -1, 0.5, 1].map((gradient, i) => decayed[i]! - scale * gradient),
    ]);
  });

  it('below the bound changes nothing', () => {
    const series = fc.array(
      fc.record({
        w: fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 3, maxLength: 3 }),
        b: fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 1 }),
      }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...optimizerKinds), series, (kind, grads) => {
        const free = run({ kind }, grads);
        expect(run({ kind, clipValue: 5 }, grads)).toEqual(free);
        expect(run({ kind, clipNorm: 10.1 }, grads)).toEqual(free);
      }),
    );
  });

  it('leaves the gradients it is given as they are', () => {
    const w = Float32Array.of(30, -40);
    const optimizer = createOptimizer({ kind: 'sgd', clipNorm: 1, clipValue: 2 }, { w: new Float32Array(2) });
    optimizer.step({ w });
    expect(w).toEqual(Float32Array.of(30, -40));
  });
});
