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
 * `base^exponent` for bases >= 0 and an exponent in [0, 1], given as `high + low` where `high` has at most 12
 * significant bits. `0^0 = 1`; infinity and NaN stay what they are.
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

/** What rounds to an integer when added, the smallest normal number, and what makes subnormal ones normal. */
const numbers = memory.data<f32>([12582912, 1.1754943508222875e-38, 16777216]);
/** The bits of 2/3, of the smallest normal number, of the largest subnormal number plus those, and an exponent. */
const bits = memory.data<i32>([0x3f2aaaab, 0x00800000, 0x00ffffff, -24]);

// @ts-ignore: decorator
@inline
function anyPower(base: v128, high: v128, low: v128): v128 {
  // The bits of zero and of subnormal numbers are below those of normal ones; those of infinity and NaN overflow here.
  const shifted = i32x4.add(base, constant(bits, 1));
  if (i32x4.bitmask(i32x4.gt_s(shifted, constant(bits, 2))) == 15) {
    return normalPower(base, i32x4.splat(0), high, low);
  }

  // Subnormal bases are multiplied by 2^24, which is taken back from their exponent.
  const subnormal = f32x4.lt(base, constant(numbers, 1));
  const larger = v128.bitselect(f32x4.mul(base, constant(numbers, 2)), base, subnormal);
  const powers = normalPower(larger, v128.and(subnormal, constant(bits, 3)), high, low);
  const withZero = v128.and(powers, f32x4.ne(base, f32x4.splat(0)));
  return v128.bitselect(withZero, base, f32x4.lt(base, f32x4.splat(Infinity)));
}

/**
 * `2^(exponent * log2(base))`, where `base = 2^e * (1 + f)` with `1 + f` in [2/3, 4/3). `high * e` is exact, so that the
 * error does not grow with `e`.
 */
// @ts-ignore: decorator
@inline
function normalPower(base: v128, shift: v128, high: v128, low: v128): v128 {
  const binary = i32x4.shr_s(i32x4.sub(base, constant(bits, 0)), 23);
  const f = f32x4.sub(i32x4.sub(base, i32x4.shl(binary, 23)), constant(polynomials, exp2));
  const e = v128.convert<i32>(i32x4.add(binary, shift));

  const f2 = f32x4.mul(f, f);
  const log25 = f32x4.add(linear(f, log2 + 2), f32x4.mul(f2, linear(f, log2 + 4)));
  const log = f32x4.mul(f, f32x4.add(linear(f, log2), f32x4.mul(f2, log25)));

  const large = f32x4.mul(high, e);
  const small = f32x4.add(f32x4.mul(low, e), f32x4.mul(f32x4.add(high, low), log));
  const rounder = constant(numbers, 0);
  const rounded = f32x4.add(f32x4.add(large, small), rounder);
  const r = f32x4.add(f32x4.sub(large, f32x4.sub(rounded, rounder)), small);

  const r2 = f32x4.mul(r, r);
  const exp24 = f32x4.add(linear(r, exp2 + 2), f32x4.mul(r2, constant(polynomials, exp2 + 4)));
  const exp = f32x4.add(linear(r, exp2), f32x4.mul(r2, exp24));
  // The lowest bits of what was rounded are the integer; the rest is shifted out.
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
