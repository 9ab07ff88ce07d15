import fc from 'fast-check';
import { describe, it } from 'vitest';
import { greater } from '../operators/elementwise.js';
import { where } from '../operators/where.js';
import { checkGradient } from '../testing/check-gradient.js';

const dims = { n: 3 };

describe('gradient of Where', () => {
  it('agrees with differences, all three operands broadcast', async () => {
    const shapes = fc.constantFrom<(string | number)[]>(['n', 4], ['n', 1], [4], [1, 1], []);
    await fc.assert(
      fc.asyncProperty(shapes, shapes, shapes, fc.nat(), (a, b, c, seed) =>
        checkGradient(
          [a, b].map((shape) => ({ shape, dims })),
          (x, y) => {
            const pattern = x.graph.constant([3, -1, 2, -2], { dtype: 'float64' });
            return where(greater(c.length ? pattern : x.graph.constant(1, { dtype: 'float64' }), 0), x, y);
          },
          seed,
        ),
      ),
      { numRuns: 20 },
    );
  });

  it('takes plain numbers on either side', async () => {
    const pattern = [true, false, true].map(Number);
    for (const side of [0, 1])
      await checkGradient([{ shape: ['n', 3], dims }], (x) => {
        const condition = x.graph.constant(pattern, { dtype: 'bool' });
        return side ? where(condition, x, 0) : where(condition, 1, x);
      });
  });
});
