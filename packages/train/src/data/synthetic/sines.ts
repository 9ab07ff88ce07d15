import { type RandomStream, randomStream } from '../../random/random-stream.js';
import type { RegressionDataset, RegressionSplit } from '../../types.js';
import { DataError } from '../data-error.js';
import {
  checkOptions,
  checkPositive,
  type Interval,
  type SyntheticData,
  type SyntheticOptions,
} from './synthetic-task.js';

/** One term `amplitude · sin(2π frequency · x + phase)`. */
export interface SineComponent {
  /** In cycles per unit of x, one number a dimension. */
  readonly frequency: readonly number[];
  readonly amplitude: number;
  /** In radians. */
  readonly phase: number;
}

/** A sum of sines to learn. */
export interface SinesData extends SyntheticData<RegressionDataset> {
  readonly components: readonly SineComponent[];
  /** Where the examples lie, in every dimension. */
  readonly domain: Interval;
}

export const spacings = ['even', 'random'] as const;
/**
 * `even`: n points of a grid, `low + (high - low) i / n` in every dimension, the test points halfway between them, so that
 * a discrete Fourier transform tells frequencies apart that fit into the domain whole times. `random`: uniform.
 */
export type Spacing = (typeof spacings)[number];

interface SumOptions extends SyntheticOptions {
  /** One for all, or one each. Default 1. */
  readonly amplitudes?: number | readonly number[];
  /** In radians, one for all or one each. Default: uniform in [0, 2π), by the seed. */
  readonly phases?: number | readonly number[];
  /** Default `even`. */
  readonly spacing?: Spacing;
}

export interface SinesOptions extends SumOptions {
  /** In cycles per unit of x. Default 1, 2, 3, 4, which small networks learn in a second. */
  readonly frequencies?: readonly number[];
  /** Default [0, 1]. */
  readonly domain?: Interval;
}

export interface GratingsOptions extends SumOptions {
  /**
   * In cycles across the square: vectors, or lengths of vectors whose directions the seed decides; these are rounded to
   * whole numbers of cycles in either dimension. Default 1, 2, 4, 8.
   */
  readonly frequencies?: readonly (number | readonly [number, number])[];
}

/**
 * A sum of sines in one dimension, `y(x) = Σ aᵢ sin(2π kᵢ x + φᵢ)`, inputs `[n, 1]`, targets `[n, 1]`; by default on
 * [0, 1], 200 points, amplitudes 1, random phases. With k = 5, 10, ..., 50 it is the task of Rahaman et al. (arXiv 1806.08734,
 * section 3). `noise` is added to training targets.
 * @throws DataError for options that contradict each other, or a grid that is too coarse for its frequencies
 */
export function sines(options: SinesOptions = {}): SinesData {
  const { frequencies = [1, 2, 3, 4], domain = [0, 1], count = 200 } = options;
  for (const frequency of frequencies) checkPositive('frequencies', frequency);
  const [low, high] = domain;
  if (!(low < high && Number.isFinite(high - low)))
    throw new DataError(
      `domain: [${domain.join(', ')}] is not allowed; two numbers are, the lower one first.`,
    );
  const random = randomStream(checkedSeed(options), 'sines');
  const vectors = frequencies.map((frequency) => [frequency]);
  return sumOfSines('sines', components(vectors, options, random), domain, { ...options, count });
}

/**
 * A sum of gratings, `y(x) = Σ aᵢ sin(2π kᵢ · x + φᵢ)` on the unit square, inputs `[n, 2]`, targets `[n, 1]`, by default
 * 1,024 points. `noise` is added to training targets.
 * @throws DataError for options that contradict each other, or a grid that is too coarse for its frequencies
 */
export function gratings(options: GratingsOptions = {}): SinesData {
  const { frequencies = [1, 2, 4, 8], count = 1024 } = options;
  const random = randomStream(checkedSeed(options), 'gratings');
  const vectors = frequencies.map((frequency) => {
    if (typeof frequency !== 'number') return checkedVector(frequency);
    checkPositive('frequencies', frequency);
    return wholeVector(frequency, 2 * Math.PI * random.uniform());
  });
  return sumOfSines('gratings', components(vectors, options, random), [0, 1], { ...options, count });
}

function checkedSeed(options: SyntheticOptions): number {
  checkOptions(options);
  return options.seed ?? 0;
}

function checkedVector(vector: readonly [number, number]): readonly number[] {
  if (vector.length === 2 && vector.every(Number.isFinite)) return vector;
  throw new DataError(`frequencies: [${vector.join(', ')}] is not a vector of two numbers.`);
}

/** The vector of whole numbers nearest to a direction; of a length below 1 it is one along an axis. */
function wholeVector(length: number, angle: number): readonly number[] {
  const vector = [Math.round(length * Math.cos(angle)), Math.round(length * Math.sin(angle))];
  return vector.some((value) => value !== 0) ? vector : [1, 0];
}

function components(
  frequencies: readonly (readonly number[])[],
  { amplitudes = 1, phases }: SumOptions,
  random: RandomStream,
): readonly SineComponent[] {
  if (frequencies.length === 0) throw new DataError('frequencies: there are none.');
  const each = (name: string, values: number | readonly number[]) => {
    const list = typeof values === 'number' ? frequencies.map(() => values) : values;
    if (list.length !== frequencies.length || !list.every(Number.isFinite))
      throw new DataError(
        `${name}: ${list.length} values (${list.join(', ')}) are not one number for each of ${frequencies.length} frequencies.`,
      );
    return list;
  };
  const [amplitude, phase] = [
    each('amplitudes', amplitudes),
    phases === undefined ? undefined : each('phases', phases),
  ];
  return frequencies.map((frequency, i) => ({
    frequency,
    amplitude: amplitude[i]!,
    phase: phase?.[i] ?? 2 * Math.PI * random.uniform(),
  }));
}

function sumOfSines(
  name: string,
  terms: readonly SineComponent[],
  domain: Interval,
  options: SumOptions & { readonly count: number },
): SinesData {
  const { count, testCount = count, noise = 0, seed = 0, spacing = 'even' } = options;
  const dimensions = terms[0]!.frequency.length;
  if (spacing === 'even') checkGrid(terms, domain, count);
  const truth = (x: ArrayLike<number>) =>
    terms.reduce((sum, { frequency, amplitude, phase }) => {
      const cycles = frequency.reduce((product, k, d) => product + k * x[d]!, 0);
      return sum + amplitude * Math.sin(2 * Math.PI * cycles + phase);
    }, 0);
  const split = (part: 'train' | 'test', size: number): RegressionSplit => {
    const inputs =
      spacing === 'random'
        ? uniformPoints(size * dimensions, domain, randomStream(seed, `${name} ${part}`))
        : gridPoints(part, size, dimensions, domain);
    const disturbance = randomStream(seed, `${name} noise`);
    const targets = Float32Array.from({ length: size }, (_, i) => {
      const value = truth(inputs.subarray(i * dimensions, (i + 1) * dimensions));
      return part === 'train' && noise > 0 ? value + noise * disturbance.normal() : value;
    });
    return { inputs, targets };
  };
  return {
    data: {
      kind: 'regression',
      name,
      shape: [dimensions],
      targetShape: [1],
      train: split('train', count),
      test: split('test', testCount),
    },
    truth,
    components: terms,
    domain,
  };
}

/** @throws DataError for a grid with fewer than two points a cycle: it takes a frequency for a lower one */
function checkGrid(terms: readonly SineComponent[], [low, high]: Interval, count: number): void {
  const dimensions = terms[0]!.frequency.length;
  const highest = Math.max(...terms.flatMap(({ frequency }) => frequency.map(Math.abs)));
  const needed = (Math.floor(2 * highest * (high - low)) + 1) ** dimensions;
  if (count < needed)
    throw new DataError(
      `count: ${count} points of a grid are too few for a frequency of ${highest}; ${needed} or more are enough, or random ones.`,
    );
}

/** @throws DataError unless so many points make a square grid */
function gridPoints(
  part: 'train' | 'test',
  count: number,
  dimensions: number,
  [low, high]: Interval,
): Float32Array {
  const offset = part === 'train' ? 0 : 0.5;
  const side = Math.round(count ** (1 / dimensions));
  if (side ** dimensions !== count)
    throw new DataError(
      `${part === 'train' ? 'count' : 'testCount'}: ${count} points make no square grid; ${side ** dimensions} do, or random ones.`,
    );
  const step = (high - low) / side;
  return Float32Array.from({ length: count * dimensions }, (_, i) => {
    const index = Math.floor(Math.floor(i / dimensions) / side ** (i % dimensions)) % side;
    return low + step * (index + offset);
  });
}

function uniformPoints(size: number, [low, high]: Interval, random: RandomStream): Float32Array {
  const values = new Float32Array(size);
  random.fillUniform(values, low, high);
  return values;
}
