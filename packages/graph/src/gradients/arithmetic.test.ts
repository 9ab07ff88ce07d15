import fc from 'fast-check';
import { describe, it } from 'vitest';
import { add, div, max, mul, pow, sub } from '../operators/elementwise.js';
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

const positive = (u: number) => 0.5 + u;

describe('gradient of Pow', () => {
  it('agrees with differences for base and exponent', async () => {
    await fc.assert(
      fc.asyncProperty(pairs, fc.nat(), ([a, b], seed) =>
        checkGradient(
          [
            { shape: a!, dims, draw: positive },
            { shape: b!, dims },
          ],
          pow,
          seed,
        ),
      ),
      { numRuns: 15 },
    );
  });
});

describe('gradient of Max', () => {
  it('agrees with differences away from equal operands', async () => {
    // Multiples of 2 against odd numbers, each a little off.
    const near = (center: (u: number) => number) => (u: number) => center(Math.floor(u * 5) - 2) + 0.1 * u;
    await fc.assert(
      fc.asyncProperty(pairs, fc.nat(), ([a, b], seed) =>
        checkGradient(
          [
            { shape: a!, dims, draw: near((k) => 2 * k) },
            { shape: b!, dims, draw: near((k) => 2 * k + 1) },
          ],
          max,
          seed,
        ),
      ),
      { numRuns: 15 },
    );
  });
});
