import type { Arithmetic, Backend } from '../arithmetic.js';
import type { Coefficients, Moments } from '../update-rule.js';
import { coefficientCount, exponentOf, kernelCoefficients, optionsOf } from './kernel-coefficients.js';
import { type Kernel, KernelMemory, paddedBytes, type TensorAddresses } from './kernel-memory.js';

/** Elements that are copied at a time of tensors outside of the memory: few enough to stay in a cache. */
export const chunkLength = 16384;

/** The rule in WebAssembly: in place on tensors made by `allocate`, on others by copying a part at a time. */
export const kernelBackend: Backend<Float32Array> = {
  type: 'Float32Array',
  open(params, lengths) {
    const needed = [...lengths, chunkLength, chunkLength];
    const shared = Object.values(params).map(KernelMemory.of).find(Boolean);
    return new KernelArithmetic(shared?.hasRoom(needed) ? shared : new KernelMemory(needed));
  },
};

class KernelArithmetic implements Arithmetic<Float32Array> {
  readonly #memory: KernelMemory;
  readonly #kernel: Kernel;
  readonly #coefficients: Float32Array;
  readonly #sums: Float64Array;
  /** Copies of a part of the parameters, and of the gradients. */
  readonly #thetaPart: Float32Array;
  readonly #gradientPart: Float32Array;

  constructor(memory: KernelMemory) {
    this.#memory = memory;
    this.#kernel = memory.kernel;
    this.#coefficients = new Float32Array(memory.buffer, this.#kernel.coefficients.value, coefficientCount);
    this.#sums = new Float64Array(memory.buffer, this.#kernel.sums.value, 2);
    this.#thetaPart = memory.allocate(chunkLength);
    this.#gradientPart = memory.allocate(chunkLength);
  }

  zeros(length: number): Float32Array {
    return this.#memory.allocate(length);
  }

  allFinite(gradient: Float32Array): boolean {
    for (const [start, end] of this.#parts(gradient)) {
      if (!this.#kernel.allFinite(this.#enter(gradient, start, end), paddedBytes(end - start))) return false;
    }
    return true;
  }

  sumOfSquares(gradient: Float32Array, bound: number): number {
    let sum = 0;
    for (const [start, end] of this.#parts(gradient)) {
      sum += this.#kernel.sumOfSquares(this.#enter(gradient, start, end), paddedBytes(end - start), bound);
    }
    return sum;
  }

  update(theta: Float32Array, gradient: Float32Array, moments: Moments<Float32Array>, c: Coefficients): void {
    const kind = [exponentOf(c.p), optionsOf(c)] as const;
    if (c.matched && moments.second) {
      const unit = this.#unitOf(gradient, c);
      this.#coefficients.set(kernelCoefficients(c, unit));
      this.#memory.loaded = undefined;
      let own = 0;
      let reference = 0;
      for (const [start, end] of this.#parts(theta, gradient)) {
        this.#kernel.matchingSums(...this.#enterAll(theta, gradient, moments, start, end), ...kind);
        own += this.#sums[0]!;
        reference += this.#sums[1]!;
      }
      if (own > 0) this.#coefficients[0] = c.lr * Math.sqrt(reference / (unit * own));
    } else if (c !== this.#memory.loaded) {
      this.#coefficients.set(kernelCoefficients(c));
      this.#memory.loaded = c;
    }
    for (const [start, end] of this.#parts(theta, gradient)) {
      const addresses = this.#enterAll(theta, gradient, moments, start, end);
      this.#kernel.move(...addresses, ...kind);
      if (addresses[0] === this.#thetaPart.byteOffset)
        theta.set(this.#thetaPart.subarray(0, end - start), start);
    }
  }

  /** What second moments are near: the mean square of the gradient, or 1 for want of one. */
  #unitOf(gradient: Float32Array, { gradientBound, gradientScale }: Coefficients): number {
    const mean = (this.sumOfSquares(gradient, gradientBound) * gradientScale ** 2) / gradient.length;
    return mean > 0 ? Math.min(Math.max(mean, 2 ** -100), 2 ** 100) : 1;
  }

  /** Ranges `[start, end)` to work on: all at once if every tensor is in the memory. */
  *#parts(...tensors: readonly [Float32Array, ...Float32Array[]]): Generator<[start: number, end: number]> {
    const { length } = tensors[0];
    const inPlace = tensors.every((tensor) => this.#memory.addressOf(tensor) !== undefined);
    const step = inPlace ? length : chunkLength;
    for (let start = 0; start < length; start += step) yield [start, Math.min(start + step, length)];
  }

  /** The address of a part of a tensor, or of a copy of it padded with zeros. */
  #enter(tensor: Float32Array, start: number, end: number, copy = this.#gradientPart): number {
    const address = this.#memory.addressOf(tensor);
    if (address !== undefined) return address + 4 * start;
    copy.set(tensor.subarray(start, end));
    copy.fill(0, end - start, end - start + 3);
    return copy.byteOffset;
  }

  #enterAll(
    theta: Float32Array,
    gradient: Float32Array,
    { first, second, maximum }: Moments<Float32Array>,
    start: number,
    end: number,
  ): TensorAddresses {
    return [
      this.#enter(theta, start, end, this.#thetaPart),
      this.#enter(gradient, start, end),
      first ? this.#enter(first, start, end) : 0,
      second ? this.#enter(second, start, end) : 0,
      maximum ? this.#enter(maximum, start, end) : 0,
      paddedBytes(end - start),
    ];
  }
}
