import {
  abs,
  add,
  backend,
  clipByValue,
  div,
  maximum as largerOf,
  max,
  mul,
  onesLike,
  pow,
  type Scalar,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core';
import type { Coefficients, MomentName } from '../update-rule.js';

/** The moments of one variable, each of its shape. */
export type TensorMoments = { readonly [Name in MomentName]?: Tensor };

/** A variable after a step, and its moments. */
export type Moved = TensorMoments & { readonly theta: Tensor };

/**
 * The rule over tensors: new values of `theta` and of those moments that are given, for the caller to assign and
 * dispose of. As the plain loops do, for p < 0 it multiplies numerator and denominator by `vhat^|p|`, which stays
 * finite at `vhat = 0`.
 */
export function moved(
  theta: Tensor,
  gradient: Tensor,
  { first, second, maximum }: TensorMoments,
  c: Coefficients,
): Moved {
  const g =
    c.coupledDecay === 0 ? clipped(gradient, c) : add(clipped(gradient, c), mul(theta, c.coupledDecay));
  const m = first && add(mul(first, c.firstKeep), mul(g, c.firstAdd));
  const v = second && add(mul(second, c.secondKeep), mul(square(g), c.secondAdd));
  const largest = v && maximum && largerOf(v, maximum);

  const mhat = m ? meanOf(m, g, c) : g;
  const vhat = v && times(largest ?? v, c.secondScale);
  const direction = vhat ? whitened(mhat, vhat, c) : mhat;
  const matches = c.matched && vhat !== undefined && c.p !== 0.5;
  const lr = matches ? mul(matchingFactor(mhat, vhat, direction, c), c.lr) : c.lr;
  return {
    theta: sub(times(theta, c.shrink), mul(direction, lr)),
    ...(m && { first: m }),
    ...(v && { second: v }),
    ...(largest && { maximum: largest }),
  };
}

/** Holds every element within `[-bound, bound]`. */
export function bounded(gradient: Tensor, bound: number): Tensor {
  return bound < Infinity ? clipByValue(gradient, -bound, bound) : gradient;
}

/**
 * The smallest number that a denominator may hold: the smallest normal one in float32, and in float16 (WebGL on some
 * telephones) what TensorFlow.js itself takes for epsilon there. Smaller ones would count as 0, and 0 / 0 is NaN.
 */
export function smallestDenominator(): number {
  return backend().floatPrecision() === 16 ? backend().epsilon() : 2 ** -126;
}

function clipped(gradient: Tensor, { gradientBound, gradientScale }: Coefficients): Tensor {
  return times(bounded(gradient, gradientBound), gradientScale);
}

function meanOf(m: Tensor, g: Tensor, { fromFirst, fromGradient }: Coefficients): Tensor {
  const scaled = times(m, fromFirst);
  return fromGradient === 0 ? scaled : add(scaled, times(g, fromGradient));
}

/** `mhat / (vhat^p + eps)` */
function whitened(mhat: Tensor, vhat: Tensor, { p, eps }: Coefficients): Tensor {
  const scale = power(vhat, Math.abs(p));
  const least = Math.max(eps, smallestDenominator());
  return p < 0 ? div(mul(mhat, scale), add(mul(scale, least), 1)) : div(mhat, add(scale, least));
}

/** `|d_1/2| / |d_p|`, and 0 where both are zero. */
function matchingFactor(mhat: Tensor, vhat: Tensor, direction: Tensor, c: Coefficients): Tensor {
  const reference = whitened(mhat, vhat, { ...c, p: 0.5 });
  return div(norm(reference), largerOf(norm(direction), smallestDenominator()));
}

/** Over the largest element, so that squares of very small or large ones neither vanish nor overflow in float32. */
function norm(x: Tensor): Tensor {
  const largest = largerOf(max<Scalar>(abs(x)), smallestDenominator());
  return mul(largest, sqrt(sum(square(div(x, largest)))));
}

/** For an exponent in [0, 1], with `0^0 = 1`. */
function power(base: Tensor, exponent: number): Tensor {
  if (exponent === 0.5) return sqrt(base);
  if (exponent === 0.25) return sqrt(sqrt(base));
  if (exponent === 0) return onesLike(base);
  if (exponent === 1) return base;
  return pow(base, exponent);
}

function times(x: Tensor, factor: number): Tensor {
  return factor === 1 ? x : mul(x, factor);
}
