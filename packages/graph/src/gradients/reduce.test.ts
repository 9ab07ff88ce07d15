import fc from 'fast-check';
import { describe, it } from 'vitest';
import { int } from '../graph/attribute.js';
import { mul } from '../operators/elementwise.js';
import { globalAveragePool } from '../operators/pool.js';
import {
  reduceL1,
  reduceL2,
  reduceLogSum,
  reduceLogSumExp,
  reduceMax,
  reduceMean,
  reduceMin,
  reduceProd,
  reduceSum,
  reduceSumSquare,
} from '../operators/reduce.js';
import { checkGradient, checkSecondGradient } from '../testing/check-gradient.js';

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

const anywhere = (u: number) => 4 * u - 2;
/** Steps larger than what a difference moves; two that are equal get equal parts from a difference to both sides as well. */
const inSteps = (u: number) => Math.round(1e5 * u) / 25e3 - 2;
const positive = (u: number) => 0.5 + u;
const besidesZero = (u: number) => (u < 0.5 ? u - 1.1 : u + 0.1);

describe.each([
  ['ReduceSum', reduceSum, anywhere],
  ['ReduceMean', reduceMean, anywhere],
  ['ReduceSumSquare', reduceSumSquare, anywhere],
  ['ReduceMax', reduceMax, inSteps],
  ['ReduceMin', reduceMin, inSteps],
  ['ReduceL1', reduceL1, besidesZero],
  ['ReduceL2', reduceL2, besidesZero],
  ['ReduceLogSum', reduceLogSum, positive],
  ['ReduceLogSumExp', reduceLogSumExp, anywhere],
  ['ReduceProd', reduceProd, besidesZero],
] as const)('gradient of %s', (op, reduce, draw) => {
  it('agrees with differences over any axes', async () => {
    await fc.assert(
      fc.asyncProperty(cases, ({ rest, axes, keepDims, seed }) =>
        checkGradient(
          [{ shape: ['n', ...rest], dims: { n: 2 }, draw }],
          (x) => reduce(x, axes ? { axes, keepDims } : { keepDims }),
          seed,
        ),
      ),
      { numRuns: 25 },
    );
  });

  it('can be differentiated again', async () => {
    for (const options of [{}, { axes: [1] }, { axes: [-1, 0], keepDims: true }])
      await checkSecondGradient([{ shape: ['n', 3, 2], dims: { n: 2 }, draw }], (x) => reduce(x, options));
  });

  it('goes over several symbolic dimensions', async () => {
    const dims = { n: 2, t: 3 };
    await checkGradient([{ shape: ['n', 't', 2], dims, draw }], (x) => reduce(x, { axes: [2] }));
    await checkGradient([{ shape: ['n', 't', 2], dims, draw }], (x) => reduce(x, { axes: [1] }));
  });

  it('is that of every element for itself where no axis is given and none is meant', async () => {
    await checkGradient([{ shape: ['n', 3], dims: { n: 2 }, draw }], (x) => {
      return x.graph.add(op, [x], { noop_with_empty_axes: int(1) }).outputs[0]!;
    });
  });
});

describe('gradient of ReduceProd', () => {
  it('is right where there are zeros', async () => {
    for (const zeros of [1, 2])
      await checkGradient([{ shape: ['n', 3], dims: { n: 2 }, draw: positive }], (x) => {
        const mask = x.graph.constant([1, zeros === 1 ? 1 : 0, 0], { dtype: 'float64' });
        return reduceProd(mul(x, mask), { axes: [1] });
      });
    // The zeros above do not move; this one does.
    let drawn = 0;
    const draw = (u: number) => (drawn++ % 3 === 1 ? 0 : 0.5 + u);
    await checkGradient([{ shape: [2, 3], draw }], (x) => reduceProd(x, { axes: [1] }));
  });
});

describe('gradient of ReduceL2', () => {
  it('is 0 at 0', async () => {
    await checkGradient([{ shape: ['n', 2], dims: { n: 2 } }], (x) => reduceL2(mul(x, 0), { axes: [1] }));
  });
});

describe('gradient of GlobalAveragePool', () => {
  it('agrees with differences', async () => {
    await checkGradient([{ shape: ['n', 3, 2, 5], dims: { n: 2 } }], globalAveragePool);
  });
});
