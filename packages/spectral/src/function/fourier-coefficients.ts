import { requireFinite, requireLength } from '../checks.js';
import { type Complex, isPowerOfTwo, PowerOfTwoFft } from '../fft.js';

/**
 * `F_k = (1/N) sum_n y_n exp(-2 pi i k n / N)` for k = 0 to N/2, of values on an even grid of N points, the end of the period
 * left out. A sine of amplitude A that fits the grid has `|F_k| = A / 2`. By FFT where N is a power of two, else by sums.
 * @throws RangeError for fewer than 2 values, or one that is not finite
 */
export function gridCoefficients(values: ArrayLike<number>): Complex {
  const { length } = values;
  if (length < 2) throw new RangeError(`a grid of ${length} values has no frequencies`);
  requireFinite('the value', values);
  const count = Math.floor(length / 2) + 1;
  if (!isPowerOfTwo(length)) {
    const n = Float64Array.from({ length }, (_, i) => i);
    return nonUniformCoefficients(
      n,
      values,
      Array.from({ length: count }, (_, k) => k / length),
    );
  }
  const input = new Float64Array(2 * length);
  for (let n = 0; n < length; n++) input[2 * n] = values[n]!;
  const z = new PowerOfTwoFft(length).transform(input);
  return {
    real: Float64Array.from({ length: count }, (_, k) => z[2 * k]! / length),
    imaginary: Float64Array.from({ length: count }, (_, k) => z[2 * k + 1]! / length),
  };
}

/** In cycles per unit: a number on a line, a vector for points of more dimensions. */
export type Frequency = number | readonly number[];

/**
 * `F(xi) = (1/N) sum_n y_n exp(-2 pi i xi . x_n)` at each of `frequencies`, for samples at any places (arXiv 1901.06523, non-uniform
 * Fourier transform): direct sums, N times as many as there are frequencies.
 * @param x places `[N, dimensions]`
 * @param frequencies all of as many dimensions; on an even grid of the unit square vectors of whole numbers are those of a DFT
 * @throws RangeError for frequencies of different dimensions, x and y that do not fit, or no sample
 */
export function nonUniformCoefficients(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  frequencies: readonly Frequency[],
): Complex {
  const count = y.length;
  if (count === 0) throw new RangeError('there is no sample to transform');
  const real = new Float64Array(frequencies.length);
  const imaginary = new Float64Array(frequencies.length);
  frequencies.forEach((frequency, k) => {
    const vector = typeof frequency === 'number' ? [frequency] : frequency;
    const dimensions = vector.length;
    requireLength('x', x, dimensions * count);
    for (let n = 0; n < count; n++) {
      let cycles = 0;
      for (let d = 0; d < dimensions; d++) cycles += vector[d]! * x[n * dimensions + d]!;
      const angle = 2 * Math.PI * cycles;
      real[k]! += y[n]! * Math.cos(angle);
      imaginary[k]! -= y[n]! * Math.sin(angle);
    }
    real[k]! /= count;
    imaginary[k]! /= count;
  });
  return { real, imaginary };
}

/** |F| of each coefficient. */
export function magnitudes({ real, imaginary }: Complex): number[] {
  return Array.from(real, (value, k) => Math.hypot(value, imaginary[k]!));
}

/**
 * The `count` largest local maxima of |F| beyond k = 0, in rising order of k: the frequencies of a target that are worth
 * following. Fewer where there are no more.
 */
export function peakFrequencies(coefficients: Complex, count: number): number[] {
  const size = magnitudes(coefficients);
  const isPeak = (k: number) => size[k]! > size[k - 1]! && size[k]! >= (size[k + 1] ?? 0);
  return size
    .map((_, k) => k)
    .filter((k) => k > 0 && isPeak(k))
    .sort((a, b) => size[b]! - size[a]!)
    .slice(0, count)
    .sort((a, b) => a - b);
}
