import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { Value } from '../graph/graph.js';
import { batchNormalization, batchNormalizationTraining } from '../operators/batch-normalization.js';
import { mul } from '../operators/elementwise.js';
import { reduceSum } from '../operators/reduce.js';
import { checkGradient } from '../testing/check-gradient.js';

const size = fc.integer({ min: 1, max: 4 });
const shapes = fc.record({
  n: fc.integer({ min: 2, max: 5 }),
  channels: size,
  plane: fc.oneof(fc.constant([]), fc.tuple(size, size)),
  epsilon: fc.constantFrom(1e-5, 1e-2),
  seed: fc.nat(),
});

describe('gradient of BatchNormalization', () => {
  it('agrees with differences in training', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, ({ n, channels, plane, epsilon, seed }) =>
        checkGradient(
          // At least a little spread: a channel of equal values has a gradient that differences cannot resolve.
          [{ shape: ['n', channels, ...plane], dims: { n } }, { shape: [channels] }, { shape: [channels] }],
          (x, scale, bias) =>
            batchNormalizationTraining(x, scale, bias, { epsilon: Math.max(epsilon, 1e-2) }).y,
          seed,
        ),
      ),
      { numRuns: 30 },
    );
  });

  it('agrees with differences in inference, statistics included', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, ({ n, channels, plane, epsilon, seed }) =>
        checkGradient(
          [
            { shape: ['n', channels, ...plane], dims: { n } },
            { shape: [channels] },
            { shape: [channels] },
            { shape: [channels] },
            { shape: [channels], draw: (u) => 0.5 + u },
          ],
          (...values) => {
            const [x, scale, bias, mean, variance] = values;
            return batchNormalization(x!, scale!, bias!, mean!, variance!, { epsilon });
          },
          seed,
        ),
      ),
      { numRuns: 30 },
    );
  });

  it('passes through the batch’s statistics', async () => {
    const inputs = [{ shape: ['n', 3, 2], dims: { n: 3 } }, { shape: [3] }, { shape: [3] }];
    const normalize = (values: Value[]) =>
      batchNormalizationTraining(values[0]!, values[1]!, values[2]!, { epsilon: 1e-2 });
    const check = (build: (...values: Value[]) => Value) => checkGradient(inputs, build);
    await check((...values) => {
      const { y, mean, variance } = normalize(values);
      return mul(mul(reduceSum(y, { axes: [0, 2] }), mean), variance);
    });
    // Scale and bias have no part in the statistics; mul makes the loss depend on them.
    for (const statistic of ['mean', 'variance'] as const)
      await check((...values) => mul(mul(normalize(values)[statistic], values[1]!), values[2]!));
  });
});
