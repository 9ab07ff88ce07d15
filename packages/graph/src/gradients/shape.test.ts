import fc from 'fast-check';
import { describe, it } from 'vitest';
import { flatten, reshape, transpose } from '../operators/shape.js';
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

  it('Transpose', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), fc.nat(), (perm, seed) =>
        checkGradient([{ shape: ['n', 1, 2, 4], dims }], (x) => transpose(x, perm), seed),
      ),
      { numRuns: 15 },
    );
  });
});
