import { chunkLength } from './kernel/kernel-arithmetic.js';
import { KernelMemory } from './kernel/kernel-memory.js';

/** The most moments that an optimizer has of a parameter. */
const momentCount = 3;

/** Tensors of one optimizer, as {@link allocate} makes them. */
export interface Allocation<Name extends string> {
  readonly params: Readonly<Record<Name, Float32Array<ArrayBuffer>>>;
  readonly grads: Readonly<Record<Name, Float32Array<ArrayBuffer>>>;
}

/**
 * Parameters and gradients, all zero, of these lengths by name, in memory that `createOptimizer` computes in: it works on
 * them in place, where it copies others, and takes about a third less time. Room is for the moments of one optimizer; a
 * second one over the same tensors works, by copying. To send a tensor elsewhere, send its `slice()`: a clone of the tensor
 * itself takes all of the memory along.
 *
 * Throws a `RangeError` for a length that is not a whole number, and for more than WebAssembly can address: 4 GiB, which
 * is 214 million parameters.
 */
export function allocate<Name extends string>(lengths: Readonly<Record<Name, number>>): Allocation<Name> {
  const entries = Object.entries<number>(lengths);
  for (const [name, length] of entries) {
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new RangeError(`the length of ${name} is ${length}, not a whole number >= 0`);
    }
  }
  const memory = new KernelMemory([
    ...entries.flatMap(([, length]) => Array(2 + momentCount).fill(length)),
    chunkLength,
    chunkLength,
  ]);
  const tensors = () => Object.fromEntries(entries.map(([name, length]) => [name, memory.allocate(length)]));
  return { params: tensors(), grads: tensors() } as unknown as Allocation<Name>;
}
