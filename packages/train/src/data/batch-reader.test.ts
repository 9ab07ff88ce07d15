import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchReader } from './batch-reader.js';
import { fromText } from './text.js';

/** Every character occurs once, in order: a class is a place in the text. */
function ascending(count: number, context: number, shift: boolean, seed = 0): BatchReader {
  const text = Array.from({ length: count }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('');
  const data = fromText(text, { context });
  return new BatchReader({ data, targetShape: [context], batchSize: 2, seed, augmentation: { shift } });
}

/** First values of all examples of an epoch. */
function starts(reader: BatchReader, epoch: number): number[] {
  const split = reader.trainSplit(epoch);
  const indices = Uint32Array.from({ length: reader.trainCount }, (_, i) => i);
  return Array.from(indices, (index) => reader.trainBatch(split, Uint32Array.of(index), epoch, 0).x[0]!);
}

describe('BatchReader', () => {
  it('cuts a text into examples that follow each other', () => {
    const reader = ascending(100, 8, false);
    expect(reader.trainCount).toBe(11);
    expect(starts(reader, 0)).toEqual(Array.from({ length: 11 }, (_, i) => 8 * i));
    const { x, targets } = reader.trainBatch(reader.trainSplit(0), Uint32Array.of(3, 1), 0, 0);
    expect([...x]).toEqual([24, 25, 26, 27, 28, 29, 30, 31, 8, 9, 10, 11, 12, 13, 14, 15]);
    expect([...targets].map(Number)).toEqual([...x].map((value) => value + 1));
  });

  it('cuts them elsewhere in every epoch under shift, and never past the end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 90, max: 400 }), fc.integer({ min: 1, max: 8 }), (count, context) => {
        const reader = ascending(count, context, true);
        const values = count - Math.floor(count / 10) - 1;
        expect(reader.trainCount).toBeGreaterThanOrEqual(Math.floor(values / context) - 1);
        const first = Array.from({ length: 100 }, (_, epoch) => {
          const all = starts(reader, epoch);
          expect(all).toEqual(all.map((_, i) => all[0]! + context * i));
          expect(all.at(-1)! + context).toBeLessThanOrEqual(values);
          return all[0]!;
        });
        expect(Math.min(...first)).toBe(0);
        expect(Math.max(...first)).toBe(context - 1);
      }),
      { numRuns: 20 },
    );
  });

  it('shifts by seed and epoch alone', () => {
    const first = (seed: number) =>
      Array.from({ length: 20 }, (_, epoch) => starts(ascending(200, 16, true, seed), epoch)[0]);
    expect(first(1)).toEqual(first(1));
    expect(first(1)).not.toEqual(first(2));
  });

  it('evaluates on so many examples that their labels stay few', () => {
    const { data, targetShape } = {
      data: fromText('ab'.repeat(50_000), { context: 1000 }),
      targetShape: [1000],
    };
    const reader = new BatchReader({ data, targetShape, batchSize: 1, seed: 0 });
    const batches = [...reader.batches(data.test)].map(({ start, count, x }) => [start, count, x.length]);
    expect(batches).toEqual([
      [0, 5, 5000],
      [5, 4, 4000],
    ]);
  });

  it('refuses to shift what are no sequences', () => {
    const split = { inputs: new Float32Array(8), labels: new Uint8Array(2) };
    const data = { name: 'two', shape: [4], classes: 2, train: split, test: split };
    const augmentation = { shift: true };
    expect(() => new BatchReader({ data, targetShape: [], batchSize: 1, seed: 0, augmentation })).toThrow(
      'augmentation: shift needs sequences with a class at every position; examples of two are [4], their labels [].',
    );
  });
});
