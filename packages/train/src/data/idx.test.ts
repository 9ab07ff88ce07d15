import { describe, expect, it } from 'vitest';
import { DataError } from './data-error.js';
import { parseIdx } from './idx.js';

const file = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 1, 0, ...new Uint8Array(512).fill(7));

describe('parseIdx', () => {
  it('returns the values behind the header, also from the middle of a buffer', () => {
    expect(parseIdx(file, 'f', [2, 256])).toEqual(new Uint8Array(512).fill(7));
    const moved = new Uint8Array(file.length + 3);
    moved.set(file, 3);
    expect(parseIdx(moved.subarray(3), 'f', [2, 256])).toEqual(new Uint8Array(512).fill(7));
  });

  it.each([
    ['f: not an IDX file of bytes in 2 dimensions.', file.subarray(0, 11)],
    ['f: not an IDX file of bytes in 2 dimensions.', file.with(2, 13)],
    ['f: not an IDX file of bytes in 2 dimensions.', file.with(3, 3)],
    ['f: found shape [3, 256], expected [2, 256].', file.with(7, 3)],
    ['f: found 511 values, expected 512.', file.subarray(0, -1)],
  ])('refuses: %s', (message, bytes) => {
    expect(() => parseIdx(bytes, 'f', [2, 256])).toThrow(new DataError(message));
  });
});
