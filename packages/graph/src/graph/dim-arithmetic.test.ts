import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { product, quotient } from './dim-arithmetic.js';

describe('arithmetic of dimensions', () => {
  it('writes products and quotients out', () => {
    expect(product([])).toBe(1);
    expect(product([2, 3])).toBe(6);
    expect(product(['n', 2, 3])).toBe('n*6');
    expect(product(['t', 'n'])).toBe('n*t');
    expect(quotient(['n*6', 2], [4])).toBe('n*3');
    expect(quotient(['n', 3], [2])).toBe('n*3/2');
    expect(quotient([6], ['n'])).toBe('6/n');
    expect(quotient([6], [4])).toBeUndefined();
    expect(quotient([6], [0])).toBeUndefined();
  });

  it('undoes its own division', () => {
    const dims = fc.array(fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constantFrom('n', 't', 'conv(h)')), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(dims, dims, (over, under) => {
        const result = quotient(over, under);
        if (result !== undefined) expect(product([result, ...under])).toBe(product(over));
      }),
    );
  });
});
