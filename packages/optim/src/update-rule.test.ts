import { describe, expect, it } from 'vitest';
import { type OptimizerSpec, reference } from './index.js';

/** Parameters after each of the steps with these gradients, starting from 1. */
function run(spec: OptimizerSpec, gradients: readonly number[]): number[] {
  const theta = Float64Array.of(1);
  const optimizer = reference(spec, { theta });
  return gradients.map((gradient) => {
    optimizer.step({ theta: Float64Array.of(gradient) });
    return theta[0]!;
  });
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 13);
  });
}

describe('the update rule, by hand', () => {
  it('sgd with coupled weight decay', () => {
    // 1 - 0.1 * (2 + 0.5 * 1) = 0.75; 0.75 - 0.1 * (-1 + 0.5 * 0.75)
    expectClose(run({ kind: 'sgd', lr: 0.1, weightDecay: 0.5 }, [2, -1]), [0.75, 0.8125]);
  });

  it('momentum; dampening spares the first step', () => {
    // m = 2, 0.5 * 2 + 4 = 5
    expectClose(run({ kind: 'momentum', lr: 0.1, momentum: 0.5 }, [2, 4]), [0.8, 0.3]);
    // m = 2, 0.5 * 2 + 0.75 * 4 = 4
    expectClose(run({ kind: 'momentum', lr: 0.1, momentum: 0.5, dampening: 0.25 }, [2, 4]), [0.8, 0.4]);
  });

  it('nesterov', () => {
    // m = 2, 5; steps g + 0.5 m = 3, 6.5
    expectClose(run({ kind: 'nesterov', lr: 0.1, momentum: 0.5 }, [2, 4]), [0.7, 0.05]);
  });

  it('adam', () => {
    // m = 1, 2.5; mhat = 2, 2.5 / 0.75; v = 1, 4.75; vhat = 4, 4.75 / 0.4375
    const adam = { kind: 'adam', lr: 0.1, beta1: 0.5, beta2: 0.75, eps: 0.5 } as const;
    const first = 1 - (0.1 * 2) / 2.5;
    const second = first - (0.1 * (2.5 / 0.75)) / (Math.sqrt(4.75 / 0.4375) + 0.5);
    expectClose(run(adam, [2, 4]), [first, second]);
    expectClose(run({ ...adam, weightDecay: 1 }, [1]), [first]);
    expectClose(run({ ...adam, kind: 'adamw', weightDecay: 1 }, [2]), [first - 0.1]);
  });

  it('amsgrad keeps the largest second moment', () => {
    // v = 8, 6 (max 8); vhat = 8 / 0.5, 8 / 0.75
    const spec = { kind: 'amsgrad', lr: 0.1, beta1: 0, beta2: 0.5, eps: 1 } as const;
    const first = 1 - (0.1 * 4) / (4 + 1);
    expectClose(run(spec, [4, 2]), [first, first - (0.1 * 2) / (Math.sqrt(8 / 0.75) + 1)]);
  });

  it('padam keeps the largest second moment and does not correct bias', () => {
    // m = 2, 0.5 * 2 + 0.5 * 2 = 2; v = 8, 6 (max 8)
    const spec = { kind: 'padam', lr: 0.1, beta1: 0.5, beta2: 0.5, eps: 0 } as const;
    const step = (0.1 * 2) / 8 ** 0.125;
    expectClose(run(spec, [4, 2]), [1 - step, 1 - 2 * step]);
    expectClose(run({ ...spec, p: 0.3, eps: 1 }, [4]), [1 - (0.1 * 2) / (8 ** 0.3 + 1)]);
  });

  it('rmsprop does not correct bias', () => {
    // v = 4, 0.75 * 4 + 0.25 * 4 = 4
    const first = 1 - (0.1 * 4) / (2 + 1);
    expectClose(run({ kind: 'rmsprop', lr: 0.1, beta2: 0.75, eps: 1 }, [4, 2]), [first, first - 0.2 / 3]);
  });

  it('adagrad sums', () => {
    // v = 9, 25
    expectClose(run({ kind: 'adagrad', lr: 0.1, eps: 1 }, [3, 4]), [1 - 0.3 / 4, 1 - 0.3 / 4 - 0.4 / 6]);
  });

  it.each([
    [1, 2 / (4 + 0.5)],
    [0.75, 2 / (4 ** 0.75 + 0.5)],
    [0.5, 2 / (2 + 0.5)],
    [0.25, 2 / (Math.SQRT2 + 0.5)],
    [0.125, 2 / (4 ** 0.125 + 0.5)],
    [-0.125, (2 * 4 ** 0.125) / (1 + 0.5 * 4 ** 0.125)],
    [0, 2 / (1 + 0.5)],
    [-0.25, (2 * Math.SQRT2) / (1 + 0.5 * Math.SQRT2)],
    [-0.3, (2 * 4 ** 0.3) / (1 + 0.5 * 4 ** 0.3)],
    [-0.5, (2 * 2) / (1 + 0.5 * 2)],
    [-1, (2 * 4) / (1 + 0.5 * 4)],
  ])('smes with p = %d', (p, expected) => {
    expectClose(run({ kind: 'smes', lr: 0.1, p, eps: 0.5 }, [2]), [1 - 0.1 * expected]);
  });

  it.each([1, 0.5, 0.3, 0.25, 0, -0.25, -0.3, -1])('a zero gradient moves nothing, p = %d', (p) => {
    expect(run({ kind: 'smes', p }, [0, 0])).toEqual([1, 1]);
    expect(run({ kind: 'smes', p, eps: 0 }, [0, 0])).toEqual([1, 1]);
  });

  it('corrects bias by the product of the betas that were used', () => {
    // Under a constant gradient any weighted mean is that gradient, whatever the betas.
    const beta = { kind: 'linear', from: 0.2, to: 0.9, duration: 3 } as const;
    const spec = { kind: 'adam', lr: 0.1, beta1: beta, beta2: beta, eps: 1e-8 } as const;
    const step = (0.1 * 3) / (3 + 1e-8);
    expectClose(
      run(spec, [3, 3, 3, 3]),
      [1, 2, 3, 4].map((steps) => 1 - steps * step),
    );
  });
});
