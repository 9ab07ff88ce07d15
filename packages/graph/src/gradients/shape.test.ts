import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { Value } from '../graph.js';
import { mul } from '../operators/elementwise.js';
import { expandLike, flatten, reshape, transpose } from '../operators/shape.js';
import { checkGradient } from '../testing/check-gradient.js';

const dims = { n: 3 };

describe('gradients of shape operators', () => {
  it('Reshape', async () => {
    await checkGradient([{ shape: ['n', 2, 3], dims }], (x) => reshape(x, ['n', 6]));
    await checkGradient([{ shape: ['n', 2, 3], dims }], (x) => reshape(x, [2, -1]));
    await checkGradient([{ shape: ['n', 2, 3], dims }], (x) => reshape(x, [0, 3, 1, 2]));
    await checkGradient([{ shape: [4, 6] }], (x) => reshape(x, [3, 8]));
  });

  it('Flatten', async () => {
    for (const axis of [0, 1, 2, 3, -1])
      await checkGradient([{ shape: ['n', 2, 3], dims }], (x) => flatten(x, axis));
  });

  it('Reshape and Flatten with several symbolic dimensions', async () => {
    const both = { n: 3, t: 2 };
    await checkGradient([{ shape: ['n', 't', 4], dims: both }], (x) => flatten(x, 2));
    await checkGradient([{ shape: ['n', 't', 4], dims: both }], (x) => reshape(x, [-1, 8]));
  });

  it('Squeeze and Unsqueeze', async () => {
    const axes = (x: Value, values: number[]) => x.graph.constant(values, { dtype: 'int64' });
    await checkGradient(
      [{ shape: ['n', 1, 2, 1], dims }],
      (x) => x.graph.add('Squeeze', [x, axes(x, [1, -1])]).outputs[0]!,
    );
    await checkGradient([{ shape: [1, 2, 1] }], (x) => x.graph.add('Squeeze', [x]).outputs[0]!);
    await checkGradient(
      [{ shape: ['n', 2], dims }],
      (x) => x.graph.add('Unsqueeze', [x, axes(x, [0, -1])]).outputs[0]!,
    );
  });

  it('Expand', async () => {
    for (const shape of [['n', 3], ['n', 1], [1, 1], [3], []])
      await checkGradient(
        [
          { shape, dims },
          { shape: ['n', 3], dims },
        ],
        (x, like) => mul(expandLike(x, like), like),
      );
  });

  it('Transpose', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), fc.nat(), (perm, seed) =>
        checkGradient([{ shape: ['n', 1, 2, 4], dims }], (x) => transpose(x, perm), seed),
      ),
      { numRuns: 15 },
    );
  });
});
