import fc from 'fast-check';
import { describe, it } from 'vitest';
import { add, div, mul, sub } from '../operators/elementwise.js';
import { checkGradient } from '../testing/check-gradient.js';

const dims = { n: 3 };
/** Pairs of shapes that broadcast: from one shape, leading dimensions dropped and others made 1, on either side. */
const pairs = fc
  .record({
    shape: fc.array(fc.constantFrom(1, 2, 3, 'n'), { maxLength: 4 }),
    ones: fc.tuple(fc.nat(15), fc.nat(15)),
    dropped: fc.tuple(fc.nat(4), fc.nat(4)),
    swap: fc.boolean(),
  })
  .map(({ shape, ones, dropped }) =>
    [0, 1].map((side) =>
      shape
        .map((dim, i) => ((ones[side]! >> i) & 1 ? 1 : dim))
        .slice(side === 0 ? 0 : Math.min(dropped[side]!, shape.length)),
    ),
  )
  // Two different symbolic dimensions cannot be brought back by one reshape.
  .filter((shapes) => shapes.every((shape) => shape.filter((dim) => dim === 'n').length <= 1));

const away = (u: number) => (u < 0.5 ? u - 1.5 : u + 0.5);

describe.each([
  ['Add', add],
  ['Sub', sub],
  ['Mul', mul],
  ['Div', div],
] as const)('gradient of %s', (_, combine) => {
  it('agrees with differences for every way to broadcast', async () => {
    await fc.assert(
      fc.asyncProperty(pairs, fc.nat(), fc.boolean(), ([a, b], seed, swap) => {
        const inputs = [a!, b!].map((shape) => ({ shape, dims, draw: away }));
        return checkGradient(swap ? inputs.reverse() : inputs, combine, seed);
      }),
      { numRuns: 25 },
    );
  });

  it('adds up when both operands are the same value', async () => {
    await checkGradient([{ shape: [2, 3], draw: away }], (x) => combine(x, x));
  });

  it('takes plain numbers', async () => {
    await checkGradient([{ shape: ['n', 2], dims, draw: away }], (x) => combine(combine(3, x), 2));
  });
});
