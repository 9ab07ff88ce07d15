import fc from 'fast-check';
import { describe, it } from 'vitest';
import { globalAveragePool } from '../operators/pool.js';
import { reduceMean, reduceSum, reduceSumSquare } from '../operators/reduce.js';
import { checkGradient } from '../testing/check-gradient.js';

const cases = fc
  .record({
    rest: fc.array(fc.constantFrom(1, 2, 3), { maxLength: 3 }),
    keepDims: fc.boolean(),
    seed: fc.nat(),
  })
  .chain((fixed) => {
    const rank = fixed.rest.length + 1;
    const axes = fc.subarray(
      Array.from({ length: rank }, (_, i) => i),
      { minLength: 1 },
    );
    const negative = fc.boolean();
    return fc.record({ axes: fc.option(axes, { nil: undefined }), negative }).map((chosen) => ({
      ...fixed,
      axes: chosen.axes?.map((axis) => (chosen.negative ? axis - rank : axis)),
    }));
  });

describe.each([
  ['ReduceSum', reduceSum],
  ['ReduceMean', reduceMean],
  ['ReduceSumSquare', reduceSumSquare],
] as const)('gradient of %s', (_, reduce) => {
  it('agrees with differences over any axes', async () => {
    await fc.assert(
      fc.asyncProperty(cases, ({ rest, axes, keepDims, seed }) =>
        checkGradient(
          [{ shape: ['n', ...rest], dims: { n: 2 } }],
          (x) => reduce(x, axes ? { axes, keepDims } : { keepDims }),
          seed,
        ),
      ),
      { numRuns: 25 },
    );
  });
});

describe('gradient of GlobalAveragePool', () => {
  it('agrees with differences', async () => {
    await checkGradient([{ shape: ['n', 3, 2, 5], dims: { n: 2 } }], globalAveragePool);
  });
});
