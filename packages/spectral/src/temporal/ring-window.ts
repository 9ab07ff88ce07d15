import { requireLength, requireWhole } from '../checks.js';

/** The last `length` values of each of `count` sequences that grow together, one value each a step. */
export class RingWindow {
  readonly #values: Float32Array;
  #pushed = 0;

  constructor(
    readonly count: number,
    readonly length: number,
  ) {
    requireWhole('count', count);
    requireWhole('length', length);
    this.#values = new Float32Array(count * length);
  }

  /** Values that each sequence has at present, at most `length`. */
  get size(): number {
    return Math.min(this.#pushed, this.length);
  }

  /** Adds the next value of every sequence, and forgets the oldest where the window is full. */
  push(values: ArrayLike<number>): void {
    requireLength('values', values, this.count);
    this.#values.set(values, (this.#pushed % this.length) * this.count);
    this.#pushed++;
  }

  /** The values there are, `[size, count]`, oldest first; `push` row by row makes the same window of them. */
  rows(): Float32Array {
    const { size, count, length } = this;
    const rows = new Float32Array(size * count);
    for (let t = 0; t < size; t++) {
      const at = ((this.#pushed - size + t) % length) * count;
      rows.set(this.#values.subarray(at, at + count), t * count);
    }
    return rows;
  }

  /** The sequences, each oldest first. */
  sequences(): Float32Array[] {
    const { size, count } = this;
    const rows = this.rows();
    const sequences = Array.from({ length: count }, () => new Float32Array(size));
    for (let t = 0; t < size; t++) for (let k = 0; k < count; k++) sequences[k]![t] = rows[t * count + k]!;
    return sequences;
  }
}
