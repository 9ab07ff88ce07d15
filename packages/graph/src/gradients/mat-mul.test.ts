import fc from 'fast-check';
import { describe, it } from 'vitest';
import { gemm, matMul } from '../operators/mat-mul.js';
import { checkGradient } from '../testing/check-gradient.js';

const length = fc.integer({ min: 1, max: 4 });
const dims = { n: 3 };

describe('gradient of MatMul', () => {
  it('agrees with differences, batched and broadcast', async () => {
    const batches = fc.constantFrom<[(number | string)[], (number | string)[]]>(
      [[], []],
      [['n'], ['n']],
      [['n'], []],
      [[], [2]],
      [
        [2, 1],
        [1, 3],
      ],
      [[1], ['n']],
    );
    await fc.assert(
      fc.asyncProperty(batches, length, length, length, fc.nat(), ([a, b], m, k, n, seed) =>
        checkGradient(
          [
            { shape: [...a, m, k], dims },
            { shape: [...b, k, n], dims },
          ],
          matMul,
          seed,
        ),
      ),
      { numRuns: 30 },
    );
  });
});

describe('gradient of Gemm', () => {
  it('agrees with differences for all flags, factors and shapes of c', async () => {
    const factor = fc.constantFrom(1, 0.5, -2);
    const options = fc.record({ transA: fc.boolean(), transB: fc.boolean(), alpha: factor, beta: factor });
    await fc.assert(
      fc.asyncProperty(
        options,
        length,
        length,
        length,
        fc.nat(4),
        fc.nat(),
        (flags, m, k, n, shapeOfC, seed) => {
          const c = [[m, n], [n], [1, n], [m, 1], []][shapeOfC]!;
          return checkGradient(
            [
              { shape: flags.transA ? [k, m] : [m, k] },
              { shape: flags.transB ? [n, k] : [k, n] },
              { shape: c },
            ],
            (a, b, bias) => gemm(a, b, bias, flags),
            seed,
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it('leaves out c', async () => {
    await checkGradient([{ shape: ['n', 2], dims }, { shape: [4, 2] }], (a, b) =>
      gemm(a, b, undefined, { transB: true }),
    );
  });
});
