import type { Coefficients } from '../update-rule.js';
import { kernelBinary } from './kernel-binary.js';

/** Of each tensor, 0 where there is none, and the length of all. */
export type TensorAddresses = [
  theta: number,
  gradient: number,
  first: number,
  second: number,
  maximum: number,
  bytes: number,
];

/** What `kernel/kernel.ts` exports; addresses and lengths are in bytes. */
export interface Kernel {
  readonly coefficients: WebAssembly.Global;
  readonly sums: WebAssembly.Global;
  move(...args: [...TensorAddresses, exponent: number, options: number]): void;
  matchingSums(...args: [...TensorAddresses, exponent: number, options: number]): void;
  sumOfSquares(gradient: number, bytes: number, bound: number): number;
  allFinite(gradient: number, bytes: number): number;
}

/** The kernel's own data lie below. */
const start = 4096;
const pageSize = 65536;
const maximalBytes = 2 ** 32 - pageSize;

let compiled: WebAssembly.Module | undefined;
const memories = new WeakMap<ArrayBufferLike, KernelMemory>();

/** A kernel and the memory that it works on, of a fixed size: growing would detach the arrays in it. */
export class KernelMemory {
  readonly kernel: Kernel;
  readonly buffer: ArrayBuffer;
  /** Whose numbers the kernel has: those of a step come again for every parameter. */
  loaded: Coefficients | undefined;
  readonly #lengths = new Map<number, number>();
  #end = start;

  /** Room for tensors of these lengths. Throws a `RangeError` where WebAssembly cannot address as much. */
  constructor(lengths: readonly number[]) {
    const bytes = lengths.reduce((sum, length) => sum + paddedBytes(length), start);
    if (bytes > maximalBytes) {
      throw new RangeError(`tensors of ${bytes} bytes in all; an optimizer's memory holds ${maximalBytes}`);
    }
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / pageSize) });
    compiled ??= new WebAssembly.Module(Uint8Array.from(atob(kernelBinary), (char) => char.charCodeAt(0)));
    this.kernel = new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as Kernel;
    this.buffer = memory.buffer;
    memories.set(this.buffer, this);
  }

  /** The memory that a tensor is in, if it is in one. */
  static of(tensor: Float32Array): KernelMemory | undefined {
    return memories.get(tensor.buffer);
  }

  /** Whether tensors of these lengths still find room. */
  hasRoom(lengths: readonly number[]): boolean {
    return lengths.reduce((end, length) => end + paddedBytes(length), this.#end) <= this.buffer.byteLength;
  }

  /** A tensor of zeros. */
  allocate(length: number): Float32Array<ArrayBuffer> {
    const tensor = new Float32Array(this.buffer, this.#end, length);
    this.#lengths.set(this.#end, length);
    this.#end += paddedBytes(length);
    return tensor;
  }

  /** The address of a tensor that was allocated here; undefined for any other, and for a part of one, which has no padding. */
  addressOf(tensor: Float32Array): number | undefined {
    if (tensor.buffer !== this.buffer) return undefined;
    return this.#lengths.get(tensor.byteOffset) === tensor.length ? tensor.byteOffset : undefined;
  }
}

/** A tensor's length in bytes, rounded up to the vectors of the kernel. */
export function paddedBytes(length: number): number {
  return 16 * Math.ceil(length / 4);
}
