import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createOptimizer,
  type OptimizerKind,
  type OptimizerSpec,
  optimizerKinds,
  reference,
} from './index.js';

/** A learning rate for each preset that suits the parabola and Rosenbrock's valley, and one for the narrow quadratic. */
const learningRates: Readonly<Record<OptimizerKind, number>> = {
  sgd: 2e-3,
  momentum: 2e-4,
  nesterov: 2e-4,
  adam: 0.02,
  adamw: 0.02,
  rmsprop: 2e-3,
  adagrad: 0.5,
  amsgrad: 0.02,
  padam: 5e-3,
  smes: 5e-3,
  nsf: 1e-3,
  lcam: 2e-4,
};

const narrowRates: typeof learningRates = {
  ...learningRates,
  sgd: 0.019,
  momentum: 0.02,
  nesterov: 0.01,
  lcam: 0.01,
  amsgrad: 0.1,
  padam: 0.1,
  nsf: 0.01,
};

interface Objective {
  readonly start: readonly number[];
  readonly loss: (x: number, y: number) => number;
  readonly gradient: (x: number, y: number) => readonly number[];
}

const parabola: Objective = {
  start: [2, -1.5],
  loss: (x, y) => (x - 1) ** 2 + 3 * (y - 1) ** 2,
  gradient: (x, y) => [2 * (x - 1), 6 * (y - 1)],
};

const rosenbrock: Objective = {
  start: [-1, 1.2],
  loss: (x, y) => (1 - x) ** 2 + 100 * (y - x * x) ** 2,
  gradient: (x, y) => [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)],
};

/** Condition number 1e4, its axes turned by 30 degrees so that no coordinate has a curvature of its own. */
const narrow: Objective = (() => {
  const [c, s] = [Math.cos(Math.PI / 6), 0.5];
  const along = (x: number, y: number) => [c * x + s * y, c * y - s * x] as const;
  return {
    start: [1, 1],
    loss: (x, y) => {
      const [flat, steep] = along(x, y);
      return (0.01 * flat ** 2 + 100 * steep ** 2) / 2;
    },
    gradient: (x, y) => {
      const [flat, steep] = along(x, y);
      return [0.01 * c * flat - 100 * s * steep, 0.01 * s * flat + 100 * c * steep];
    },
  };
})();

/** Minimises in float32 and returns the loss at the end. */
function minimise(
  kind: OptimizerKind,
  { start, loss, gradient }: Objective,
  steps: number,
  rates = learningRates,
): number {
  const theta = Float32Array.from(start);
  const lr = {
    kind: 'cosine',
    from: rates[kind],
    to: rates[kind] / 100,
    duration: steps,
  } as const;
  const optimizer = createOptimizer({ kind, lr, weightDecay: 0, epochLength: 20 }, { theta });
  for (let t = 0; t < steps; t++) {
    const [x, y] = [theta[0]!, theta[1]!];
    optimizer.step({ theta: Float32Array.from(gradient(x, y)) }, { loss: loss(x, y) });
  }
  return loss(theta[0]!, theta[1]!);
}

describe('every preset finds the minimum', () => {
  it.each(optimizerKinds)('%s on a parabola', (kind) => {
    expect(minimise(kind, parabola, 10_000)).toBeLessThan(1e-5);
  });

  it.each(optimizerKinds)("%s on Rosenbrock's valley", (kind) => {
    expect(minimise(kind, rosenbrock, 20_000)).toBeLessThan(1e-3);
  });

  it.each(optimizerKinds)('%s on a quadratic of condition number 1e4', (kind) => {
    expect(minimise(kind, narrow, 40_000, narrowRates)).toBeLessThan(2e-5);
  });
});

const gradients = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 30 });

function trajectory(spec: OptimizerSpec, series: readonly number[]): number[] {
  const theta = Float64Array.of(0.5);
  const optimizer = reference(spec, { theta });
  return series.map((gradient) => {
    optimizer.step({ theta: Float64Array.of(gradient) }, { loss: gradient });
    return theta[0]!;
  });
}

describe('members of the family coincide', () => {
  it('smes with p = 1/2 is adam', () => {
    fc.assert(
      fc.property(gradients, (series) => {
        const options = { lr: 0.01, beta1: 0.8, weightDecay: 0.1 };
        expect(trajectory({ kind: 'smes', p: 0.5, ...options }, series)).toEqual(
          trajectory({ kind: 'adam', ...options }, series),
        );
      }),
    );
  });

  it('smes with p = 0 is SGD along the bias-corrected mean gradient, divided by 1 + eps', () => {
    fc.assert(
      fc.property(gradients, fc.double({ min: 0, max: 0.99, noNaN: true }), (series, beta1) => {
        const eps = 0.25;
        const found = trajectory({ kind: 'smes', p: 0, lr: 0.1, beta1, eps }, series);
        let theta = 0.5;
        let mean = 0;
        series.forEach((gradient, t) => {
          mean = beta1 * mean + (1 - beta1) * gradient;
          theta -= (0.1 * mean) / (1 - beta1 ** (t + 1)) / (1 + eps);
          expect(found[t]).toBeCloseTo(theta, 10);
        });
      }),
    );
  });

  it('nsf with low = high is smes, lcam with sparse = nonSparse is momentum', () => {
    fc.assert(
      fc.property(gradients, (series) => {
        const p = { shape: 'cosine', low: 0.25, high: 0.25, period: 7 } as const;
        expect(trajectory({ kind: 'nsf', p }, series)).toEqual(trajectory({ kind: 'smes', p: 0.25 }, series));
        const momentum = { sparse: 0.9, nonSparse: 0.9 };
        expect(trajectory({ kind: 'lcam', momentum, weightDecay: 0 }, series)).toEqual(
          trajectory({ kind: 'momentum' }, series),
        );
      }),
    );
  });

  it('without momentum, momentum and nesterov are sgd', () => {
    fc.assert(
      fc.property(gradients, (series) => {
        const sgd = trajectory({ kind: 'sgd' }, series);
        expect(trajectory({ kind: 'momentum', momentum: 0 }, series)).toEqual(sgd);
        expect(trajectory({ kind: 'nesterov', momentum: 0 }, series)).toEqual(sgd);
      }),
    );
  });
});
