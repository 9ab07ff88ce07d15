import fc from 'fast-check';
import { describe, it } from 'vitest';
import { differentiate } from '../differentiate.js';
import { mul } from '../operators/elementwise.js';
import { gemm, matMul } from '../operators/mat-mul.js';
import { reduceSum } from '../operators/reduce.js';
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

  it('agrees with differences for vectors, rows on the left and columns on the right', async () => {
    for (const [a, b] of [
      [[3], [3]],
      [[3], [3, 2]],
      [['n', 3], [3]],
      [['n', 2, 3], [3]],
      [[2], ['n', 2, 3]],
    ])
      await checkGradient(
        [
          { shape: a!, dims },
          { shape: b!, dims },
        ],
        matMul,
      );
  });

  it('agrees with differences where many share a matrix, and again for that gradient', async () => {
    const both = { n: 3, t: 2 };
    const inputs = [{ shape: ['n', 't', 4], dims: both }, { shape: [4, 2] }];
    await checkGradient(inputs, matMul);
    await checkGradient(inputs, (a, b) => {
      const y = matMul(a, b);
      return differentiate(reduceSum(mul(y, y)), [b])[0]!;
    });
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
