import { randomStream } from '../../random/random-stream.js';
import type { ClassificationDataset, ClassificationSplit } from '../../types.js';
import { DataError } from '../data-error.js';
import type { SineComponent } from './sines.js';
import { checkOptions, type Interval, type SyntheticData, type SyntheticOptions } from './synthetic-task.js';

/** Images whose class only depends on a band of their frequencies. */
export interface BandsData extends SyntheticData<ClassificationDataset> {
  /** `[size, size]`, row by row: the filter w. */
  readonly filter: Float64Array;
  /** What the filter is the sum of; frequencies are in cycles per image, across and down, phases those of a sine. */
  readonly components: readonly SineComponent[];
  /** In cycles per image, both ends included. */
  readonly band: Interval;
}

/** `noise` is added to the pixels of training images after they have got their class. By default there are 1,000 of them. */
export interface BandsOptions extends SyntheticOptions {
  /** Lengths of the frequency vectors, in cycles per image; below `size / 2`. Default [1, 3]. */
  readonly band?: Interval;
  /** Pixels a side. Default 16. */
  readonly size?: number;
}

const largestSize = 256;

/**
 * White images with band-limited labels. Pixels x `[1, size, size]` are standard normal, so that every frequency has the
 * same power; the class is 1 where `Σ w x > 0`. The filter w is the sum of one sine for each pair ±(kx, ky) of whole
 * numbers of cycles with `low ≤ √(kx² + ky²) ≤ high`, all of the same amplitude, with random phases; `Σ w² = 1`. What an
 * image has outside of the band tells nothing of its class.
 * @throws DataError for a band that an image of this size does not have, or that has no frequency in it
 */
export function bands(options: BandsOptions = {}): BandsData {
  checkOptions(options);
  const { band = [1, 3], size = 16, count = 1000, testCount = count, noise = 0, seed = 0 } = options;
  if (!Number.isInteger(size) || size < 4 || size > largestSize)
    throw new DataError(`size: ${size} is not allowed; a whole number from 4 to ${largestSize} is.`);
  const components = bandComponents(band, size, seed);
  const filter = Float64Array.from({ length: size * size }, (_, i) =>
    valueAt(components, (i % size) / size, Math.floor(i / size) / size),
  );
  const truth = (image: ArrayLike<number>) =>
    Number(filter.reduce((sum, w, i) => sum + w * image[i]!, 0) > 0);
  const split = (part: 'train' | 'test', images: number): ClassificationSplit => {
    const inputs = new Float32Array(images * size * size);
    randomStream(seed, `bands ${part}`).fillNormal(inputs, 1);
    const labels = Uint8Array.from({ length: images }, (_, i) =>
      truth(inputs.subarray(i * size * size, (i + 1) * size * size)),
    );
    const disturbance = randomStream(seed, 'bands noise');
    if (part === 'train' && noise > 0)
      for (let i = 0; i < inputs.length; i++) inputs[i] = inputs[i]! + noise * disturbance.normal();
    return { inputs, labels };
  };
  return {
    data: {
      name: 'bands',
      shape: [1, size, size],
      classes: 2,
      train: split('train', count),
      test: split('test', testCount),
    },
    truth,
    filter,
    components,
    band,
  };
}

/** One sine for each pair of opposite frequency vectors in the band; their squares sum up to 1 over the pixels. */
function bandComponents([low, high]: Interval, size: number, seed: number): readonly SineComponent[] {
  if (!(low > 0 && low <= high && high < size / 2))
    throw new DataError(
      `band: [${low}, ${high}] is not allowed; two numbers above 0 and below ${size / 2}, half the size, are, the lower one first.`,
    );
  const random = randomStream(seed, 'bands filter');
  const reach = Math.floor(high);
  const vectors: [number, number][] = [];
  for (let ky = 0; ky <= reach; ky++)
    for (let kx = ky === 0 ? 1 : -reach; kx <= reach; kx++) {
      const length = Math.hypot(kx, ky);
      if (length >= low && length <= high) vectors.push([kx, ky]);
    }
  if (vectors.length === 0)
    throw new DataError(`band: [${low}, ${high}] has no vector of whole numbers of cycles in it.`);
  const amplitude = Math.sqrt(2 / vectors.length) / size;
  return vectors.map((frequency) => ({ frequency, amplitude, phase: 2 * Math.PI * random.uniform() }));
}

function valueAt(components: readonly SineComponent[], x: number, y: number): number {
  return components.reduce((sum, { frequency: [kx, ky], amplitude, phase }) => {
    return sum + amplitude * Math.sin(2 * Math.PI * (kx! * x + ky! * y) + phase);
  }, 0);
}
