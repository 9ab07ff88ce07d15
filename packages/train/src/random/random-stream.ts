import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { streamState } from './stream-state.js';

/** A sequence of random numbers that is the same on every machine. */
export interface RandomStream {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** A whole number, 0 to `n - 1`, each equally likely; `n` is at least 1. */
  int(n: number): number;
  /** Standard normal. */
  normal(): number;
  /** Fills with normal values of mean 0 and standard deviation `std`. */
  fillNormal(values: Float32Array, std: number): void;
  /** Fills with values uniform in [low, high), before rounding to 32 bits. */
  fillUniform(values: Float32Array, low: number, high: number): void;
  /** Brings the values into an order drawn at random, each order equally likely. */
  shuffle(values: Uint32Array): void;
}

/**
 * The stream of one seed for one purpose, such as `randomStream(seed, 'order', epoch)`. It depends on its arguments
 * alone, never on what was drawn before elsewhere; streams that differ in any argument are independent.
 * @param seed a safe integer; @param indices safe integers, such as an epoch and a batch
 * @throws RangeError for a seed or index that is not a safe integer
 */
export function randomStream(seed: number, purpose: string, ...indices: readonly number[]): RandomStream {
  for (const number of [seed, ...indices])
    if (!Number.isSafeInteger(number))
      throw new RangeError(`A random stream needs whole numbers as seed and indices, not ${number}.`);
  const generator = xoroshiro128plusFromState(streamState(purpose, [seed, ...indices]));
  /** Uniform in (0, 1), 32 bits, never 0. */
  const open = () => ((generator.next() >>> 0) + 0.5) / 0x1_0000_0000;

  const stream: RandomStream = {
    uniform: () => uniformFloat64(generator),
    int: (n) => uniformInt(generator, 0, n - 1),
    // Ratio of uniforms (Kinderman and Monahan, 1977). The value comes from one division and one product, which every
    // engine rounds alike. Engines may differ in the last bit of Math.log, but it only decides whether to accept.
    normal() {
      for (;;) {
        const u = open();
        const x = (ratioWidth * (open() - 0.5)) / u;
        const square = x * x;
        if (square <= 5 - tangent * u || square <= -4 * Math.log(u)) return x;
      }
    },
    fillNormal(values, std) {
      for (let i = 0; i < values.length; i++) values[i] = std * stream.normal();
    },
    fillUniform(values, low, high) {
      for (let i = 0; i < values.length; i++) values[i] = low + (high - low) * stream.uniform();
    },
    shuffle(values) {
      for (let i = values.length - 1; i > 0; i--) {
        const j = uniformInt(generator, 0, i);
        const value = values[i]!;
        values[i] = values[j]!;
        values[j] = value;
      }
    },
  };
  return stream;
}

/** Width of the rectangle that holds the region of accepted pairs: sqrt(8 / e). */
const ratioWidth = 1.7155277699214135;
/** 4 exp(1/4): below the tangent `5 - 4 exp(1/4) u` of `-4 ln u` a pair is accepted without a logarithm. */
const tangent = 5.136101666750966;
