import type { RandomStream } from '../random/random-stream.js';
import type { Augmentation, Normalization, Split } from '../types.js';

export interface FillBatchOptions {
  /** Shape of one example: `[features]`, or `[channels, height, width]`. */
  readonly shape: readonly number[];
  readonly normalization?: Normalization | undefined;
  /** Needs a shape `[channels, height, width]` and `random`. */
  readonly augmentation?: Augmentation | undefined;
  /** Decides offsets and flips, image after image. */
  readonly random?: RandomStream | undefined;
}

/**
 * Writes examples as network inputs: augmented, then normalised.
 * @param indices the examples, in this order
 * @param out `[indices.length, ...shape]`
 * @throws RangeError when sizes disagree, an index is not in the split, or augmentation lacks images or `random`
 */
export function fillBatch(
  split: Pick<Split, 'inputs'>,
  indices: Uint32Array,
  out: Float32Array,
  options: FillBatchOptions,
): void {
  const { shape, normalization, augmentation, random } = options;
  const size = shape.reduce((a, b) => a * b, 1);
  if (out.length !== indices.length * size)
    throw new RangeError(
      `A batch of ${indices.length} examples [${shape.join(', ')}] fills ${indices.length * size} values, not ${out.length}.`,
    );
  const count = Math.floor(split.inputs.length / size);
  for (const index of indices)
    if (index >= count) throw new RangeError(`There is no example ${index}: the split has ${count}.`);

  if (augmentation?.crop || augmentation?.flip)
    copyAugmented(split, indices, out, shape, augmentation, random);
  else
    for (let i = 0; i < indices.length; i++) {
      const start = indices[i]! * size;
      out.set(split.inputs.subarray(start, start + size), i * size);
    }
  if (normalization) normalize(out, shape, normalization);
}

/**
 * Random crop out of the zero-padded image, then the flip, as in the usual CIFAR pipeline: padding comes before
 * normalisation, so that padded pixels are black.
 */
function copyAugmented(
  { inputs }: Pick<Split, 'inputs'>,
  indices: Uint32Array,
  out: Float32Array,
  shape: readonly number[],
  { crop = 0, flip = false }: Augmentation,
  random: RandomStream | undefined,
): void {
  const [channels, height, width] = shape;
  if (shape.length !== 3 || !channels || !height || !width)
    throw new RangeError(
      `Augmentation needs images [channels, height, width], not examples [${shape.join(', ')}].`,
    );
  if (!random) throw new RangeError('Augmentation needs a random stream.');
  out.fill(0);
  for (let i = 0; i < indices.length; i++) {
    const top = crop && random.int(2 * crop + 1) - crop;
    const left = crop && random.int(2 * crop + 1) - crop;
    const mirrored = flip && random.uniform() < 0.5;
    // Column x of the output is column left + x of the image; mirrored, it is left + width - 1 - x.
    const first = mirrored ? left + width - 1 : left;
    const stride = mirrored ? -1 : 1;
    const shift = mirrored ? -left : left;
    const from = Math.max(0, -shift);
    const to = Math.min(width, width - shift);
    for (let c = 0; c < channels; c++)
      for (let y = Math.max(0, -top); y < Math.min(height, height - top); y++) {
        const row = ((i * channels + c) * height + y) * width;
        const source = ((indices[i]! * channels + c) * height + y + top) * width + first;
        for (let x = from; x < to; x++) out[row + x] = inputs[source + stride * x]!;
      }
  }
}

/** In place: `(value / divisor - mean[channel]) / std[channel]`, as one product and one sum. */
function normalize(
  values: Float32Array,
  shape: readonly number[],
  { divisor, mean, std }: Normalization,
): void {
  const channels = Math.max(mean.length, std.length);
  if (channels > 1 && channels !== shape[0])
    throw new RangeError(
      `Normalisation for ${channels} channels does not fit examples [${shape.join(', ')}].`,
    );
  const plane = shape.reduce((a, b) => a * b, 1) / channels;
  for (let start = 0, c = 0; start < values.length; start += plane, c = (c + 1) % channels) {
    const deviation = std[c] ?? std[0]!;
    const scale = 1 / (divisor * deviation);
    const offset = -(mean[c] ?? mean[0]!) / deviation;
    const end = start + plane;
    for (let i = start; i < end; i++) values[i] = values[i]! * scale + offset;
  }
}
