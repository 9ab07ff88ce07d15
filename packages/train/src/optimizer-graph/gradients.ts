import { add, clip, div, greater, max, mul, reduceSum, sqrt, type Value, where } from '@spectrain/graph';
import { sumOfSquares } from './sum-of-squares.js';

/** Whether no element of any gradient is NaN or infinite: a bool scalar. */
export function allFinite(gradients: readonly Value[]): Value {
  // 0 * x is 0 or NaN, and NaN is not below 1.
  return greater(1, total(gradients.map((gradient) => reduceSum(mul(gradient, 0)))));
}

/** The gradients, or zeros unless `finite`. */
export function zerosUnless(finite: Value, gradients: readonly Value[]): Value[] {
  return gradients.map((gradient) => where(finite, gradient, 0));
}

/** Holds every element within `[-bound, bound]`. */
export function clipValue(gradients: readonly Value[], bound: number): Value[] {
  return gradients.map((gradient) => clip(gradient, { min: -bound, max: bound }));
}

/**
 * Multiplies all gradients by `min(1, bound / (norm + 1e-6))`, where `norm` is the Euclidean norm over all of them. In
 * float32 a norm above 1.8e19 counts as infinite: the gradients become 0.
 */
export function clipNorm(gradients: readonly Value[], bound: number): Value[] {
  const norm = sqrt(total(gradients.map(sumOfSquares)));
  const scale = div(bound, max(add(norm, 1e-6), bound));
  return gradients.map((gradient) => mul(gradient, scale));
}

function total(scalars: readonly Value[]): Value {
  return scalars.reduce((sum, scalar) => add(sum, scalar));
}
