import fc from 'fast-check';
import { describe, it } from 'vitest';
import { exp, identity, log, neg, relu, sqrt } from '../operators/elementwise.js';
import { checkGradient } from '../testing/check-gradient.js';

const anywhere = (u: number) => 4 * u - 2;
const positive = (u: number) => 0.5 + u;
/** ReLU has a kink at 0. */
const besidesZero = (u: number) => (u < 0.5 ? u - 1 : u);

describe.each([
  ['Relu', relu, besidesZero],
  ['Neg', neg, anywhere],
  ['Identity', identity, anywhere],
  ['Exp', exp, anywhere],
  ['Log', log, positive],
  ['Sqrt', sqrt, positive],
] as const)('gradient of %s', (_, apply, draw) => {
  it('agrees with differences', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(1, 2, 3), { maxLength: 4 }), fc.nat(), (shape, seed) =>
        checkGradient([{ shape: ['n', ...shape], dims: { n: 2 }, draw }], apply, seed),
      ),
      { numRuns: 10 },
    );
  });
});
