import type { Tensors } from './tensors.js';
import type { Coefficients, FloatArray, Moments } from './update-rule.js';

/** Where an optimizer computes. */
export interface Backend<A extends FloatArray> {
  /** `Float32Array` or `Float64Array`. */
  readonly type: string;
  /** @param lengths those of the tensors of zeros that will be asked for */
  open(params: Tensors<A>, lengths: readonly number[]): Arithmetic<A>;
}

/** What an optimizer computes over the elements of its tensors. */
export interface Arithmetic<A extends FloatArray> {
  /** A tensor of zeros where this arithmetic works best. */
  zeros(length: number): A;
  /** Whether every element is a finite number. */
  allFinite(gradient: A): boolean;
  /** The sum of the squares of the elements, each held within `[-bound, bound]` first. */
  sumOfSquares(gradient: A, bound: number): number;
  /** Applies the rule: moves `theta` and `moments`, all of one length, by one step. */
  update(theta: A, gradient: A, moments: Moments<A>, coefficients: Coefficients): void;
}
