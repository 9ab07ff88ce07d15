/** How `base^exponent` is computed; the numbers are those of `../src/kernel/exponents.ts`. */
export const enum Exponent {
  zero,
  one,
  half,
  quarter,
  eighth,
  any,
}

/**
 * `base^exponent` for bases that are normal numbers > 0, or NaN, and an exponent in [0, 1], given as `high + low` where `high` has at
 * most 12 significant bits.
 */
// @ts-ignore: decorator
@inline
export function power(base: v128, kind: Exponent, high: v128, low: v128): v128 {
  if (kind == Exponent.half) return f32x4.sqrt(base);
  if (kind == Exponent.any) return anyPower(base, high, low);
  if (kind == Exponent.quarter) return f32x4.sqrt(f32x4.sqrt(base));
  if (kind == Exponent.eighth) return f32x4.sqrt(f32x4.sqrt(f32x4.sqrt(base)));
  if (kind == Exponent.one) return base;
  return f32x4.splat(1);
}

/**
 * Coefficients of `log2(1 + f) / f`, of degree 5, then of `2^r`, of degree 4: minimax fits whose errors come to 4.2e-6 of a
 * power at most. In memory, since the engines build a constant vector anew, in several instructions, at every use.
 */
const polynomials = memory.data<f32>([
  1.442728042602539, -0.7214409112930298, 0.4784080982208252, -0.35665959119796753,
  0.33288511633872986, -0.29101091623306274,
  1, 0.6931241750717163, 0.24024099111557007, 0.055906426161527634, 0.009582852944731712,
]);
const log2 = 0;
const exp2 = 6;

/** Rounds to an integer when added, and leaves it in the lowest bits. */
const rounder = memory.data<f32>([12582912]);
/** The bits of 2/3. */
const twoThirds = memory.data<i32>([0x3f2aaaab]);

/**
 * `2^(exponent * log2(base))`, where `base = 2^e * (1 + f)` with `1 + f` in [2/3, 4/3). `high * e` is exact, so that the
 * error does not grow with `e`.
 */
// @ts-ignore: decorator
@inline
function anyPower(base: v128, high: v128, low: v128): v128 {
  const binary = i32x4.shr_s(i32x4.sub(base, constant(twoThirds, 0)), 23);
  const f = f32x4.sub(i32x4.sub(base, i32x4.shl(binary, 23)), constant(polynomials, exp2));
  // The difference is 0, or NaN for a base that is NaN.
  const e = f32x4.add(v128.convert<i32>(binary), f32x4.sub(base, base));

  const f2 = f32x4.mul(f, f);
  const log25 = f32x4.add(linear(f, log2 + 2), f32x4.mul(f2, linear(f, log2 + 4)));
  const log = f32x4.mul(f, f32x4.add(linear(f, log2), f32x4.mul(f2, log25)));

  const large = f32x4.mul(high, e);
  const small = f32x4.add(f32x4.mul(low, e), f32x4.mul(f32x4.add(high, low), log));
  const rounded = f32x4.add(f32x4.add(large, small), constant(rounder, 0));
  const r = f32x4.add(f32x4.sub(large, f32x4.sub(rounded, constant(rounder, 0))), small);

  const r2 = f32x4.mul(r, r);
  const exp24 = f32x4.add(linear(r, exp2 + 2), f32x4.mul(r2, constant(polynomials, exp2 + 4)));
  const exp = f32x4.add(linear(r, exp2), f32x4.mul(r2, exp24));
  // The integer is added to the binary exponent; the other bits of what was rounded are shifted out.
  return i32x4.add(exp, i32x4.shl(rounded, 23));
}

/** `c[i] + c[i + 1] * x` */
// @ts-ignore: decorator
@inline
function linear(x: v128, i: usize): v128 {
  return f32x4.add(constant(polynomials, i), f32x4.mul(constant(polynomials, i + 1), x));
}

// @ts-ignore: decorator
@inline
function constant(table: usize, i: usize): v128 {
  return v128.load_splat<f32>(table + 4 * i);
}
