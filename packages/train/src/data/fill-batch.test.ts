import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RandomStream, randomStream } from '../random/random-stream.js';
import type { Augmentation, Normalization, Split } from '../types.js';
import { batchLabels } from './batch-labels.js';
import { fillBatch } from './fill-batch.js';

type Image = { channels: number; height: number; width: number };

/** Pixel by pixel: pads, crops, mirrors, then normalises. */
function naiveBatch(
  split: Split,
  indices: Uint32Array,
  { channels, height, width }: Image,
  { divisor, mean, std }: Normalization,
  { crop = 0, flip = false }: Augmentation,
  random: RandomStream,
): number[] {
  const out: number[] = [];
  for (const index of indices) {
    const top = crop === 0 ? 0 : random.int(2 * crop + 1);
    const left = crop === 0 ? 0 : random.int(2 * crop + 1);
    const mirrored = flip && random.uniform() < 0.5;
    const padded = (c: number, y: number, x: number) =>
      y < crop || x < crop || y >= height + crop || x >= width + crop
        ? 0
        : split.inputs[((index * channels + c) * height + y - crop) * width + x - crop]!;
    for (let c = 0; c < channels; c++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const value = padded(c, top + y, left + (mirrored ? width - 1 - x : x));
          out.push((value / divisor - (mean[c] ?? mean[0]!)) / (std[c] ?? std[0]!));
        }
  }
  return out;
}

const image = fc.record({
  channels: fc.integer({ min: 1, max: 3 }),
  height: fc.integer({ min: 1, max: 5 }),
  width: fc.integer({ min: 1, max: 5 }),
});

describe('fillBatch', () => {
  it('augments and normalises as the naive way does, for bytes and for floats', () => {
    fc.assert(
      fc.property(
        image,
        fc.record({ crop: fc.integer({ min: 0, max: 7 }), flip: fc.boolean() }),
        fc.constantFrom(Uint8Array, Float32Array),
        fc.boolean(),
        fc.array(fc.nat(4), { maxLength: 6 }),
        fc.integer(),
        (size, augmentation, Inputs, oneForAll, chosen, seed) => {
          const { channels, height, width } = size;
          const pixels = channels * height * width;
          const random = randomStream(seed, 'inputs');
          const inputs = new Inputs(5 * pixels);
          for (let i = 0; i < inputs.length; i++) inputs[i] = random.int(256);
          const split = { inputs, labels: new Uint8Array(5) };
          const perChannel = (values: number[]) => values.slice(0, oneForAll ? 1 : channels);
          const normalization = {
            divisor: 255,
            mean: perChannel([0.5, 0.4, 0.3]),
            std: perChannel([0.2, 0.3, 0.1]),
          };
          const indices = Uint32Array.from(chosen);
          const out = new Float32Array(indices.length * pixels).fill(Number.NaN);
          fillBatch(split, indices, out, {
            shape: [channels, height, width],
            normalization,
            augmentation,
            random: randomStream(seed, 'test'),
          });
          const expected = naiveBatch(
            split,
            indices,
            size,
            normalization,
            augmentation,
            randomStream(seed, 'test'),
          );
          expect(out.length).toBe(expected.length);
          out.forEach((value, i) => {
            expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-6 * (1 + Math.abs(expected[i]!)));
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('leaves inputs as they are without normalisation', () => {
    const split = { inputs: Float32Array.of(1, 2, 3, 4, 5, 6), labels: Int32Array.of(7, 8, 9) };
    const out = new Float32Array(4);
    fillBatch(split, Uint32Array.of(2, 0), out, { shape: [2] });
    expect([...out]).toEqual([5, 6, 1, 2]);
    expect(batchLabels(split, Uint32Array.of(2, 0))).toEqual(BigInt64Array.of(9n, 7n));
  });

  it('draws all offsets equally often, and mirrors half of the images', () => {
    const count = 20_000;
    // Each pixel of the 3x3 image has its own value, so that the centre shows the offset, and its sides the flip.
    const split = { inputs: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), labels: new Uint8Array(1) };
    const out = new Float32Array(count * 9);
    const random = randomStream(0, 'test');
    const options = { shape: [1, 3, 3], augmentation: { crop: 1, flip: true }, random };
    fillBatch(split, new Uint32Array(count), out, options);
    const offsets = new Float64Array(10);
    let mirrored = 0;
    for (let i = 0; i < count; i++) {
      const centre = out[i * 9 + 4]!;
      offsets[centre]!++;
      if (centre === 5 && out[i * 9 + 3] === 6) mirrored++;
    }
    expect(offsets[0]).toBe(0);
    // Five standard deviations of a binomial count.
    for (const seen of offsets.subarray(1))
      expect(Math.abs(seen - count / 9)).toBeLessThan(5 * Math.sqrt(count / 9));
    expect(Math.abs(mirrored - offsets[5]! / 2)).toBeLessThan(2.5 * Math.sqrt(offsets[5]!));
  });

  it('pads with black, which normalisation makes the darkest value', () => {
    const split = { inputs: Uint8Array.of(255), labels: new Uint8Array(1) };
    const out = new Float32Array(9);
    fillBatch(split, new Uint32Array(9), out, {
      shape: [1, 1, 1],
      normalization: { divisor: 255, mean: [0.5], std: [0.25] },
      augmentation: { crop: 1 },
      random: randomStream(0, 'test'),
    });
    expect(new Set(out)).toEqual(new Set([-2, 2]));
  });

  const split = { inputs: new Uint8Array(8), labels: new Uint8Array(2) };
  const indices = Uint32Array.of(0, 1);
  const random = randomStream(0, 'test');
  it.each([
    [
      'a wrong size of the output',
      7,
      { shape: [4] },
      indices,
      'A batch of 2 examples [4] fills 8 values, not 7.',
    ],
    [
      'an index beyond the split',
      8,
      { shape: [4] },
      Uint32Array.of(0, 2),
      'There is no example 2: the split has 2.',
    ],
    [
      'augmentation of what is no image',
      8,
      { shape: [4], augmentation: { flip: true }, random },
      indices,
      'Augmentation needs images [channels, height, width], not examples [4].',
    ],
    [
      'augmentation without a stream',
      8,
      { shape: [1, 2, 2], augmentation: { crop: 1 } },
      indices,
      'Augmentation needs a random stream.',
    ],
    [
      'normalisation for other channels',
      8,
      { shape: [1, 2, 2], normalization: { divisor: 1, mean: [0, 0], std: [1, 1] } },
      indices,
      'Normalisation for 2 channels does not fit examples [1, 2, 2].',
    ],
  ])('refuses %s', (_, size, options, indices, message) => {
    expect(() => fillBatch(split, indices, new Float32Array(size), options)).toThrow(new RangeError(message));
  });
});
