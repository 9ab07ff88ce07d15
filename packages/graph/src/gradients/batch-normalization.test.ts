import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differentiate } from '../differentiate.js';
import { Graph } from '../graph.js';
import { batchNormalization, batchNormalizationTraining } from '../operators/batch-normalization.js';
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

  it('does not pass through the batch’s statistics', () => {
    const graph = new Graph();
    const x = graph.input('x', ['n', 2]);
    const one = graph.constant([1, 1]);
    const { mean } = batchNormalizationTraining(x, one, one);
    expect(() => differentiate(reduceSum(mean), [x])).toThrow(
      'the loss depends on the batch statistics themselves',
    );
  });
});
