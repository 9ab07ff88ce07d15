import type { Arithmetic, Backend } from './arithmetic.js';
import type { Coefficients, FloatArray, Moments } from './update-rule.js';

/** The rule in plain loops in double precision. Over float64 it is what the others are measured against. */
export function plainBackend<A extends FloatArray>(type: {
  readonly name: string;
  new (length: number): A;
}): Backend<A> {
  const arithmetic: Arithmetic<A> = {
    zeros: (length) => new type(length),
    allFinite: (gradient) => gradient.every(Number.isFinite),
    sumOfSquares,
    update,
  };
  return { type: type.name, open: () => arithmetic };
}

/**
 * Applies the rule: moves `theta` and `moments`, all of one length, by one step. Clipping and matched gain each cost
 * one more pass, and nothing where they are not asked for.
 */
function update(theta: FloatArray, grad: FloatArray, moments: Moments, c: Coefficients): void {
  const clips = c.gradientBound < Infinity || c.gradientScale !== 1;
  const gradient = clips ? clipped(grad, c) : grad;
  const lr = c.matched ? c.lr * matchingFactor(theta, gradient, moments, c) : c.lr;
  move(theta, gradient, moments, lr === c.lr ? c : { ...c, lr });
}

function sumOfSquares(gradient: FloatArray, bound: number): number {
  let sum = 0;
  for (let i = 0; i < gradient.length; i++) sum += bounded(gradient[i]!, bound) ** 2;
  return sum;
}

/** For p < 0 numerator and denominator are multiplied by `vhat^|p|`, which stays finite at `vhat = 0`. */
function move(
  theta: FloatArray,
  grad: FloatArray,
  { first, second, maximum }: Moments,
  c: Coefficients,
): void {
  const { lr, shrink, coupledDecay, firstKeep, firstAdd, fromFirst, fromGradient } = c;
  const { secondKeep, secondAdd, secondScale, p, eps } = c;
  const exponent = Math.abs(p);
  for (let i = 0; i < theta.length; i++) {
    const weight = theta[i]!;
    const gradient = grad[i]! + coupledDecay * weight;
    let direction = gradient;
    if (first !== undefined) {
      const m = firstKeep * first[i]! + firstAdd * gradient;
      first[i] = m;
      direction = fromFirst * m + fromGradient * gradient;
    }
    if (second !== undefined) {
      let v = secondKeep * second[i]! + secondAdd * gradient * gradient;
      second[i] = v;
      if (maximum !== undefined) {
        v = Math.max(v, maximum[i]!);
        maximum[i] = v;
      }
      const scale = power(secondScale * v, exponent);
      direction = p < 0 ? (direction * scale) / (1 + eps * scale) : direction / (scale + eps);
    }
    theta[i] = shrink * weight - lr * direction;
  }
}

/** `|d_1/2| / |d_p|` for the directions that {@link move} is about to take; 1 where `d_p` is zero. */
function matchingFactor(
  theta: FloatArray,
  grad: FloatArray,
  { first, second, maximum }: Moments,
  c: Coefficients,
): number {
  if (second === undefined) return 1;
  const { coupledDecay, firstKeep, firstAdd, fromFirst, fromGradient } = c;
  const { secondKeep, secondAdd, secondScale, p, eps } = c;
  const exponent = Math.abs(p);
  let own = 0;
  let reference = 0;
  for (let i = 0; i < theta.length; i++) {
    const gradient = grad[i]! + coupledDecay * theta[i]!;
    const m = first === undefined ? gradient : firstKeep * first[i]! + firstAdd * gradient;
    const direction = first === undefined ? gradient : fromFirst * m + fromGradient * gradient;
    const v = secondKeep * second[i]! + secondAdd * gradient * gradient;
    const vhat = secondScale * (maximum === undefined ? v : Math.max(v, maximum[i]!));
    const scale = power(vhat, exponent);
    own += (p < 0 ? (direction * scale) / (1 + eps * scale) : direction / (scale + eps)) ** 2;
    reference += (direction / (Math.sqrt(vhat) + eps)) ** 2;
  }
  return own > 0 ? Math.sqrt(reference / own) : 1;
}

function clipped(grad: FloatArray, { gradientBound, gradientScale }: Coefficients): FloatArray {
  const copy = grad.slice();
  for (let i = 0; i < copy.length; i++) copy[i] = gradientScale * bounded(copy[i]!, gradientBound);
  return copy;
}

function bounded(value: number, bound: number): number {
  if (value > bound) return bound;
  return value < -bound ? -bound : value;
}

/** `base^exponent` for an exponent in [0, 1], with `0^0 = 1`. All of it is faster than `**`. */
function power(base: number, exponent: number): number {
  if (exponent === 0.5) return Math.sqrt(base);
  if (exponent === 0.25) return Math.sqrt(Math.sqrt(base));
  if (exponent === 0.125) return Math.sqrt(Math.sqrt(Math.sqrt(base)));
  if (exponent === 0) return 1;
  if (exponent === 1) return base;
  return Math.exp(exponent * Math.log(base));
}
