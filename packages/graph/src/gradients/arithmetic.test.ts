import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { Value } from '../graph/graph.js';
import { add, div, max, min, mul, pow, sub } from '../operators/elementwise.js';
import { checkGradient, checkSecondGradient } from '../testing/check-gradient.js';

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

/** Multiples of `count`, off by i for operand i, and each a little off that: no two operands are near each other. */
const near = (i: number, count: number) => (u: number) => count * (Math.floor(u * 5) - 2) + i + 0.1 * u;

describe.each([
  ['Max', max],
  ['Min', min],
] as const)('gradient of %s', (op, choose) => {
  it('agrees with differences away from equal operands', async () => {
    await fc.assert(
      fc.asyncProperty(pairs, fc.nat(), (shapes, seed) =>
        checkGradient(
          shapes.map((shape, i) => ({ shape, dims, draw: near(i, 2) })),
          choose,
          seed,
        ),
      ),
      { numRuns: 15 },
    );
  });

  it('goes to equal operands in equal parts, which differences to both sides have too', async () => {
    await checkGradient([{ shape: ['n', 2], dims }], (x) => choose(x, mul(x, 1)));
    await checkGradient([{ shape: ['n', 2], dims, draw: () => 0 }], (x) => choose(mul(x, 3), mul(x, 2)));
  });

  it('takes one operand, and three', async () => {
    const apply = (...values: Value[]) => values[0]!.graph.add(op, values).outputs[0]!;
    for (const check of [checkGradient, checkSecondGradient]) {
      await check([{ shape: ['n', 2], dims }], apply);
      const shapes = [['n', 2], [1, 2], []];
      await check(
        shapes.map((shape, i) => ({ shape, dims, draw: near(i, 3) })),
        apply,
      );
    }
  });
});

describe.each(['Sum', 'Mean'])('gradient of %s', (op) => {
  it('agrees with differences for one, two and three operands', async () => {
    const apply = (...values: Value[]) => values[0]!.graph.add(op, values).outputs[0]!;
    const shapes = [['n', 2], [1, 2], []];
    for (const count of [1, 2, 3])
      for (const check of [checkGradient, checkSecondGradient])
        await check(
          shapes.slice(0, count).map((shape) => ({ shape, dims })),
          apply,
        );
  });
});
