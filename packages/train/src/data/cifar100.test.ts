import { describe, expect, it } from 'vitest';
import { cifar10 } from './cifar10.js';
import { cifar100 } from './cifar100.js';
import { DataError } from './data-error.js';

/** Of each class, so many images whose pixels are the class. */
function fileOf(perClass: number): Uint8Array {
  const bytes = new Uint8Array(100 * perClass * 3074);
  for (let i = 0; i < 100 * perClass; i++) {
    const label = i % 100;
    bytes.fill(label, i * 3074, (i + 1) * 3074);
    bytes[i * 3074] = label % 20;
  }
  return bytes;
}

describe('cifar100', () => {
  it('has 100 classes, from apple to worm, and what cifar10 has besides', () => {
    expect(new Set(cifar100.classNames).size).toBe(100);
    expect([0, 1, 41, 83, 99].map((i) => cifar100.classNames[i])).toEqual([
      'apple',
      'aquarium fish',
      'lawn mower',
      'sweet pepper',
      'worm',
    ]);
    expect(cifar100.files.map(({ bytes }) => bytes)).toEqual([153_700_000, 30_740_000]);
    expect(cifar100.normalization).toEqual(cifar10.normalization);
  });

  it('takes the second label as the class', () => {
    const { train, test } = cifar100.parse({ 'train.bin': fileOf(2), 'test.bin': fileOf(1) });
    expect([...train.labels.subarray(98, 102)]).toEqual([98, 99, 0, 1]);
    expect(train.inputs.length).toBe(200 * 3072);
    expect([...test.inputs.subarray(42 * 3072 - 1, 42 * 3072 + 1)]).toEqual([41, 42]);
  });

  it('refuses classes of unequal size', () => {
    const damaged = fileOf(2);
    damaged[3074 + 1] = 0;
    expect(() => cifar100.parse({ 'train.bin': damaged, 'test.bin': fileOf(1) })).toThrow(
      new DataError('train.bin: class 0 has 3 images, expected 2; it is damaged.'),
    );
  });
});
