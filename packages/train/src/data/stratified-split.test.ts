import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stratifiedSplit } from './stratified-split.js';

it('puts every example in one part, and the wanted share of every class in the test part', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 60 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer(),
      (labels, share, seed) => {
        const { train, test } = stratifiedSplit(labels, share, seed);
        expect([...train, ...test].toSorted((a, b) => a - b)).toEqual(labels.map((_, i) => i));
        expect(train).toEqual(train.toSorted());
        expect(test).toEqual(test.toSorted());
        for (let label = 0; label <= 4; label++)
          expect([...test].filter((i) => labels[i] === label).length).toBe(
            Math.round(labels.filter((other) => other === label).length * share),
          );
      },
    ),
    { numRuns: 200 },
  );
});

it('depends on the seed', () => {
  const labels = new Uint8Array(100);
  expect(stratifiedSplit(labels, 0.2, 1)).toEqual(stratifiedSplit(labels, 0.2, 1));
  expect(stratifiedSplit(labels, 0.2, 1).test).not.toEqual(stratifiedSplit(labels, 0.2, 2).test);
});
