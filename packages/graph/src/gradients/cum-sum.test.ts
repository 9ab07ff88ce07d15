import { describe, it } from 'vitest';
import { cumSum } from '../operators/cum-sum.js';
import { checkGradient, checkSecondGradient } from '../testing/check-gradient.js';

describe('gradient of CumSum', () => {
  it('agrees with differences along any axis, in both directions', async () => {
    for (const axis of [0, 1, -1])
      for (const exclusive of [false, true])
        for (const reverse of [false, true])
          for (const check of [checkGradient, checkSecondGradient])
            await check([{ shape: ['n', 3, 2], dims: { n: 4 } }], (x) =>
              cumSum(x, axis, { exclusive, reverse }),
            );
  });
});
