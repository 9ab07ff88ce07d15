import { describe, it } from 'vitest';
import { clip } from '../operators/clip.js';
import { checkGradient, checkSecondGradient } from '../testing/check-gradient.js';

const dims = { n: 4 };
/** From -2 to 2, not near the bounds of -1 and 1. */
const draw = (u: number) => Math.floor(4 * u) - 2 + 0.1 + 0.8 * ((4 * u) % 1);

describe('gradient of Clip', () => {
  it('agrees with differences for constant bounds', async () => {
    for (const bounds of [{}, { min: -1 }, { max: 1 }, { min: -1, max: 1 }])
      for (const check of [checkGradient, checkSecondGradient])
        await check([{ shape: ['n', 3], dims, draw }], (x) => clip(x, bounds));
  });

  it('agrees with differences for bounds that are inputs', async () => {
    const inputs = [
      { shape: ['n', 3], dims, draw },
      { shape: [], draw: (u: number) => -1 - u / 20 },
      { shape: [], draw: (u: number) => 1 + u / 20 },
    ];
    await checkGradient(inputs, (x, min, max) => clip(x, { min: min!, max: max! }));
    await checkSecondGradient(inputs, (x, min, max) => clip(x, { min: min!, max: max! }));
    await checkGradient([inputs[0]!, inputs[2]!], (x, max) => clip(x, { max: max! }));
  });
});
