import fc from 'fast-check';
import { describe, it } from 'vitest';
import { mul } from '../operators/elementwise.js';
import { expandLike, flatten, reshape, transpose, unsqueeze } from '../operators/shape.js';
import { checkGradient } from '../testing/check-gradient.js';

const dims = { n: 3 };

describe('gradients of shape operators', () => {
  it('gradient of Reshape', async () => {
    await checkGradient([{ shape: ['n', 2, 3], dims }], (x) => reshape(x, ['n', 6]));
    await checkGradient([{ shape: ['n', 2, 3], dims }], (x) => reshape(x, [2, -1]));
    await checkGradient([{ shape: ['n', 2, 3], dims }], (x) => reshape(x, [0, 3, 1, 2]));
    await checkGradient([{ shape: [4, 6] }], (x) => reshape(x, [3, 8]));
  });

  it('gradient of Flatten', async () => {
    for (const axis of [0, 1, 2, 3, -1])
      await checkGradient([{ shape: ['n', 2, 3], dims }], (x) => flatten(x, axis));
  });

  it('Reshape and Flatten with several symbolic dimensions', async () => {
    const both = { n: 3, t: 2 };
    await checkGradient([{ shape: ['n', 't', 4], dims: both }], (x) => flatten(x, 2));
    await checkGradient([{ shape: ['n', 't', 4], dims: both }], (x) => reshape(x, [-1, 8]));
  });

  it('gradient of Squeeze', async () => {
    await checkGradient(
      [{ shape: ['n', 1, 2, 1], dims }],
      (x) => x.graph.add('Squeeze', [x, x.graph.constant([1, -1], { dtype: 'int64' })]).outputs[0]!,
    );
    await checkGradient([{ shape: [1, 2, 1] }], (x) => x.graph.add('Squeeze', [x]).outputs[0]!);
  });

  it('gradient of Unsqueeze', async () => {
    await checkGradient([{ shape: ['n', 2], dims }], (x) => unsqueeze(x, [0, -1]));
  });

  it('gradient of Expand', async () => {
    for (const shape of [['n', 3], ['n', 1], [1, 1], [3], []])
      await checkGradient(
        [
          { shape, dims },
          { shape: ['n', 3], dims },
        ],
        (x, like) => mul(expandLike(x, like), like),
      );
  });

  it('gradient of Transpose', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), fc.nat(), (perm, seed) =>
        checkGradient([{ shape: ['n', 1, 2, 4], dims }], (x) => transpose(x, perm), seed),
      ),
      { numRuns: 15 },
    );
  });
});
