import { add, dispose, memory, mul, type Scalar, square, sum, type Variable } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NonFiniteGradientError } from '../index.js';
import { createOptimizer } from './index.js';
import { backends, use } from './testing/backends.js';
import { variablesOf } from './testing/variables.js';

describe.each(backends)('minimize on %s', (backend) => {
  let w: Variable;
  let b: Variable;
  let tensorsBefore: number;
  const squares = (variable: Variable) => () => sum(square(variable)) as Scalar;

  beforeEach(async () => {
    await use(backend);
    ({ w, b } = variablesOf({ w: [1, -2, 3], b: [0.5] }));
    tensorsBefore = memory().numTensors;
  });
  afterEach(() => {
    dispose([w, b]);
  });

  it('lets loss-controlled momentum follow the loss', () => {
    const momentum = { kind: 'loss-controlled', sparse: 0.1, nonSparse: 0.9 } as const;
    const optimizer = createOptimizer({ kind: 'lcam', momentum });
    const found = [4, 2, 3, 9, 1, 1].map((loss) => {
      optimizer.minimize(() => add(mul(sum(w), 0), loss) as Scalar, false, [w]);
      return optimizer.values.momentum;
    });
    // The last loss against the mean of all so far: 4 = 4, 2 < 3, 3 = 3, 9 > 4.5, 1 < 3.8.
    expect(found.slice(1)).toEqual([0.9, 0.1, 0.9, 0.9, 0.1]);
  });

  it('tells functions the loss', () => {
    const lr = vi.fn(() => 0.1);
    const optimizer = createOptimizer({ kind: 'sgd', lr });
    for (let t = 0; t < 2; t++) optimizer.minimize(squares(w), false, [w]);
    expect(lr.mock.lastCall).toMatchObject([{ step: 1, loss: 14, meanLoss: 14 }]);
  });

  it('gives back the loss, or nothing and frees it', () => {
    const optimizer = createOptimizer({ kind: 'sgd' });
    expect(optimizer.minimize(squares(w), false, [w])).toBeNull();
    expect(memory().numTensors).toBe(tensorsBefore);
    const loss = optimizer.minimize(squares(w), true, [w])!;
    expect(loss.dataSync()[0]).toBeCloseTo(14 * 0.8 ** 2, 5);
    loss.dispose();
  });

  it('takes all variables that the loss depends on where it is given none', () => {
    createOptimizer({ kind: 'sgd', lr: 0.25 }).minimize(squares(w));
    expect(Array.from(w.dataSync())).toEqual([0.5, -1, 1.5]);
    expect(b.dataSync()[0]).toBe(0.5);
  });

  it('frees all when it throws', () => {
    const optimizer = createOptimizer({ kind: 'adam' });
    const infinite = () => mul(sum(square(w)), Number.POSITIVE_INFINITY) as Scalar;
    expect(() => optimizer.minimize(infinite, true, [w])).toThrow(NonFiniteGradientError);
    expect(memory().numTensors).toBe(tensorsBefore);
    expect(Array.from(w.dataSync())).toEqual([1, -2, 3]);
  });

  it('leaves a variable without gradient as it is, and knows it', async () => {
    const optimizer = createOptimizer({ kind: 'adam', lr: 0.1, weightDecay: 0.1 });
    optimizer.minimize(squares(w), false, [w, b]);
    expect(b.dataSync()[0]).toBe(0.5);
    const names = (await optimizer.getWeights()).map(({ name }) => name);
    expect(names.slice(2)).toEqual([
      `first/${w.name}`,
      `first/${b.name}`,
      `second/${w.name}`,
      `second/${b.name}`,
    ]);
    optimizer.minimize(squares(b), false, [w, b]);
    expect(b.dataSync()[0]).not.toBe(0.5);
  });
});
