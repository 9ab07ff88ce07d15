import fc from 'fast-check';
import { describe, it } from 'vitest';
import { concat, pad, slice } from '../operators/slice.js';
import { checkGradient } from '../testing/check-gradient.js';

const dims = { n: 2 };

describe('gradient of Slice', () => {
  it('agrees with differences for starts and ends from either side, and steps', async () => {
    const at = fc.integer({ min: -7, max: 7 });
    const range = fc
      .record({ start: at, end: at, step: fc.integer({ min: 1, max: 4 }) })
      // ONNX Runtime refuses to run what has no elements.
      .filter(({ start, end }) => clamp(end) > clamp(start));
    await fc.assert(
      fc.asyncProperty(range, range, fc.nat(), (rows, columns, seed) => {
        const both = [rows, columns];
        const options = {
          starts: both.map(({ start }) => start),
          ends: both.map(({ end }) => end),
          steps: both.map(({ step }) => step),
          axes: [-1, 1],
        };
        return checkGradient([{ shape: ['n', 6, 6], dims }], (x) => slice(x, options), seed);
      }),
      { numRuns: 25 },
    );
  });
});

describe('gradient of Slice backwards', () => {
  it('agrees with differences', async () => {
    for (const [start, end, step] of [
      [-1, -100, -1],
      [4, 0, -2],
      [10, 1, -3],
      [3, -6, -1],
    ])
      await checkGradient([{ shape: ['n', 6, 2], dims }], (x) =>
        slice(x, { starts: [start!, 0], ends: [end!, 1], steps: [step!, 1], axes: [1, 2] }),
      );
  });

  it('of the whole of a dimension by name is that dimension', async () => {
    await checkGradient([{ shape: ['n', 4], dims }], (x) => slice(x, { starts: [0, 1], ends: [2 ** 40, 3] }));
  });
});

describe('gradient of Concat', () => {
  it('agrees with differences along any axis', async () => {
    for (const axis of [1, 2, -1])
      await checkGradient(
        [1, 3, 2].map((length) => ({ shape: ['n', 2, 2].with(axis, length), dims })),
        (...values) => concat([...values, values[0]!], axis),
      );
  });
});

describe('gradient of Pad', () => {
  it('agrees with differences, also where pads take away', async () => {
    const sides = fc.array(fc.integer({ min: -1, max: 2 }), { minLength: 4, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(sides, fc.nat(), ([top, left, bottom, right], seed) =>
        checkGradient(
          [{ shape: ['n', 4, 3], dims }],
          (x) => pad(x, [0, top!, left!, 0, bottom!, right!]),
          seed,
        ),
      ),
      { numRuns: 20 },
    );
  });
});

function clamp(at: number): number {
  return Math.min(Math.max(at < 0 ? at + 6 : at, 0), 6);
}
