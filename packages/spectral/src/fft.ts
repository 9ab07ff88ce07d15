import Fft from 'fft.js';

/** Real and imaginary parts of complex numbers. */
export interface Complex {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/** `X_k = sum_n x_n exp(-2 pi i k n / N)` of N complex numbers, interleaved; N is a power of two, 2 or more. */
export class PowerOfTwoFft {
  readonly #fft: { transform(out: Float64Array, input: Float64Array): void };
  readonly #out: Float64Array;

  /** @throws RangeError for a length that is not a power of two */
  constructor(readonly length: number) {
    if (!isPowerOfTwo(length)) throw new RangeError(`the length of an FFT is ${length}, not a power of two`);
    this.#fft = new Fft(length);
    this.#out = new Float64Array(2 * length);
  }

  /** @param input `[2 N]`, real and imaginary parts by turns; @returns the same of the transform, overwritten by the next */
  transform(input: Float64Array): Float64Array {
    this.#fft.transform(this.#out, input);
    return this.#out;
  }
}

export function isPowerOfTwo(length: number): boolean {
  return Number.isSafeInteger(length) && length >= 2 && Number.isInteger(Math.log2(length));
}
