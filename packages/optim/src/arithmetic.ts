import type { Coefficients, FloatArray, Moments } from './update-rule.js';

/** What an optimizer computes over the elements of its tensors, in one place of memory. */
export interface Arithmetic<A extends FloatArray> {
  /** `Float32Array` or `Float64Array`. */
  readonly type: string;
  /** A tensor of zeros where this arithmetic works best. */
  zeros(length: number): A;
  /** Index of the first element that is NaN or infinite, or -1. */
  indexOfNonFinite(gradient: A): number;
  /** The sum of the squares of the elements, each held within `[-bound, bound]` first. */
  sumOfSquares(gradient: A, bound: number): number;
  /** Applies the rule: moves `theta` and `moments`, all of one length, by one step. */
  update(theta: A, gradient: A, moments: Moments<A>, coefficients: Coefficients): void;
}
