import { describe, expect, it } from 'vitest';
import { parseCifar } from './cifar.js';
import { DataError } from './data-error.js';

const record = (label: number, value: number) => Uint8Array.of(label, ...new Uint8Array(3072).fill(value));

const format = { labels: 1, label: 0, classes: 10 };

describe('parseCifar', () => {
  it('separates labels from images, file after file', () => {
    const first = Uint8Array.of(...record(3, 10), ...record(9, 20));
    const { inputs, labels } = parseCifar(
      [
        { name: 'a', bytes: first },
        { name: 'b', bytes: record(0, 30) },
      ],
      format,
    );
    expect([...labels]).toEqual([3, 9, 0]);
    expect(inputs).toEqual(Uint8Array.from({ length: 3 * 3072 }, (_, i) => 10 * (1 + Math.floor(i / 3072))));
  });

  it('refuses parts of records and labels out of range, naming the file', () => {
    expect(() => parseCifar([{ name: 'a', bytes: new Uint8Array(3072) }], format)).toThrow(
      new DataError('a: 3072 bytes are not whole records of 3073 bytes.'),
    );
    const files = [
      { name: 'a', bytes: record(9, 0) },
      { name: 'b', bytes: Uint8Array.of(...record(1, 0), ...record(10, 0)) },
    ];
    expect(() => parseCifar(files, format)).toThrow(
      new DataError('b: label 1 is 10; with 10 classes labels are 0 to 9.'),
    );
  });
});
