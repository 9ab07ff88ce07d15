import { dispose, losses, mean, type Optimizer, type Scalar, train } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { OptimizerSpec } from '../index.js';
import { createOptimizer } from './index.js';
import { type Backend, backends, use } from './testing/backends.js';
import { samples, smallModel, weightsOf } from './testing/small-model.js';

/** The weights before and after 30 steps on one batch. */
async function trained(create: () => Optimizer, backend: Backend) {
  await use(backend);
  const optimizer = create();
  const model = smallModel();
  const before = weightsOf(model);
  const { x, y } = samples(16);
  const variables = model.trainableWeights.map((weight) => weight.read());
  for (let t = 0; t < 30; t++) {
    optimizer.minimize(
      () => mean(losses.meanSquaredError(y, model.apply(x) as Scalar)) as Scalar,
      false,
      variables as Parameters<Optimizer['minimize']>[2],
    );
  }
  const after = weightsOf(model);
  dispose([x, y]);
  model.dispose();
  optimizer.dispose();
  return { before, after };
}

describe.each(backends)('on %s, through minimize, like its own', (backend) => {
  it.each<[string, () => Optimizer, OptimizerSpec]>([
    ['sgd', () => train.sgd(0.1), { kind: 'sgd', lr: 0.1 }],
    ['momentum', () => train.momentum(0.1, 0.9), { kind: 'momentum', lr: 0.1, momentum: 0.9 }],
    [
      'momentum with Nesterov',
      () => train.momentum(0.1, 0.9, true),
      { kind: 'nesterov', lr: 0.1, momentum: 0.9 },
    ],
    // Both add eps to the root. They correct bias by betas multiplied up in float32, which 1 - beta2 feels in its fifth digit.
    ['adam', () => train.adam(0.01, 0.9, 0.999, 1e-8), { kind: 'adam', lr: 0.01 }],
    // They add eps within the root, so none here.
    ['rmsprop', () => train.rmsprop(0.01, 0.99, 0, 1e-30), { kind: 'rmsprop', lr: 0.01, eps: 1e-15 }],
  ])('%s', async (_, theirs, spec) => {
    const expected = await trained(theirs, backend);
    const found = await trained(() => createOptimizer(spec), backend);
    expect(found.before).toEqual(expected.before);
    const way = Math.max(...expected.after.map((value, i) => Math.abs(value - expected.before[i]!)));
    const error = Math.max(...found.after.map((value, i) => Math.abs(value - expected.after[i]!)));
    expect(way).toBeGreaterThan(0.05);
    expect(error / way).toBeLessThan(1e-4);
  });
});
