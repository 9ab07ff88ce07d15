import { describe, it } from 'vitest';
import { differentiate } from '../differentiate.js';
import { add, mul } from '../operators/elementwise.js';
import { reduceSum } from '../operators/reduce.js';
import { split } from '../operators/split.js';
import { tile } from '../operators/tile.js';
import { checkGradient } from '../testing/check-gradient.js';

const dims = { n: 3 };

describe('gradient of Split', () => {
  it('agrees with differences, in equal parts and in parts of given lengths', async () => {
    await checkGradient([{ shape: ['n', 6], dims }], (x) => {
      const [a, b, c] = split(x, 3, 1);
      return mul(a!, add(mul(b!, c!), a!));
    });
    await checkGradient([{ shape: ['n', 5, 2], dims }], (x) => {
      const [a, , b] = split(x, [2, 1, 2], -2);
      return mul(a!, b!);
    });
    // The last part is shorter.
    await checkGradient([{ shape: [5] }], (x) => split(x, 3)[2]!);
  });

  it('can be differentiated again', async () => {
    await checkGradient([{ shape: ['n', 4], dims }], (x) => {
      const [a, b] = split(x, 2, 1);
      return differentiate(reduceSum(mul(mul(a!, a!), b!)), [x])[0]!;
    });
  });
});

describe('gradient of Tile', () => {
  it('agrees with differences', async () => {
    for (const repeats of [
      [1, 1, 1],
      [1, 3, 2],
      [1, 1, 2],
    ])
      await checkGradient([{ shape: ['n', 2, 3], dims }], (x) => tile(x, repeats));
    await checkGradient([{ shape: ['n', 3], dims }], (x) => tile(x, [2, 1]));
    await checkGradient([{ shape: [2, 1, 3] }], (x) => tile(x, [3, 4, 1]));
  });
});
