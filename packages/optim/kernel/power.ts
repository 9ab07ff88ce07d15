/** How `base^exponent` is computed; the numbers are those of `exponentOf` in `../src/kernel/kernel-coefficients.ts`. */
export const enum Exponent {
  zero,
  one,
  half,
  quarter,
  eighth,
  any,
}

/**
 * `base^exponent` for bases that are normal numbers > 0, or NaN, and an exponent in [0, 1], given as `high + low` where
 * `high` has at most 12 significant bits; `log` is the address of what {@link anyPower} needs.
 */
@inline
export function power(base: v128, kind: Exponent, high: v128, low: v128, log: usize): v128 {
  if (kind == Exponent.half) return f32x4.sqrt(base);
  if (kind == Exponent.any) return anyPower(base, high, low, log);
  if (kind == Exponent.quarter) return f32x4.sqrt(f32x4.sqrt(base));
  if (kind == Exponent.eighth) return f32x4.sqrt(f32x4.sqrt(f32x4.sqrt(base)));
  if (kind == Exponent.one) return base;
  return f32x4.splat(1);
}

/**
 * Coefficients of `2^r`, of degree 4: a minimax fit. Those of `exponent * log2(1 + f) / f`, of degree 5, come from outside;
 * the errors of both come to 4.2e-6 of a power at most. In memory, since the engines build a constant vector anew, in several
 * instructions, at every use.
 */
const exp2 = memory.data<f32>([1, 0.6931241750717163, 0.24024099111557007, 0.055906426161527634, 0.009582852944731712]);

/** Rounds to an integer when added, and leaves it in the lowest bits. */
const rounder = memory.data<f32>([12582912]);
/** The bits of 2/3. */
const twoThirds = memory.data<i32>([0x3f2aaaab]);

/**
 * `2^(exponent * log2(base))`, where `base = 2^e * (1 + f)` with `1 + f` in [2/3, 4/3). `high * e` is exact, so that the
 * error does not grow with `e`.
 */
@inline
function anyPower(base: v128, high: v128, low: v128, log: usize): v128 {
  const binary = i32x4.shr_s(i32x4.sub(base, constant(twoThirds, 0)), 23);
  const f = f32x4.sub(i32x4.sub(base, i32x4.shl(binary, 23)), constant(exp2, 0));
  // The difference is 0, or NaN for a base that is NaN.
  const e = f32x4.add(v128.convert<i32>(binary), f32x4.sub(base, base));

  const f2 = f32x4.mul(f, f);
  const log25 = f32x4.add(linear(log, 2, f), f32x4.mul(f2, linear(log, 4, f)));
  const log05 = f32x4.mul(f, f32x4.add(linear(log, 0, f), f32x4.mul(f2, log25)));

  const large = f32x4.mul(high, e);
  const small = f32x4.add(f32x4.mul(low, e), log05);
  const rounded = f32x4.add(f32x4.add(large, small), constant(rounder, 0));
  const r = f32x4.add(f32x4.sub(large, f32x4.sub(rounded, constant(rounder, 0))), small);

  const r2 = f32x4.mul(r, r);
  const exp24 = f32x4.add(linear(exp2, 2, r), f32x4.mul(r2, constant(exp2, 4)));
  const exp = f32x4.add(linear(exp2, 0, r), f32x4.mul(r2, exp24));
  // The integer is added to the binary exponent; the other bits of what was rounded are shifted out.
  return i32x4.add(exp, i32x4.shl(rounded, 23));
}

/** `c[i] + c[i + 1] * x` */
@inline
function linear(c: usize, i: usize, x: v128): v128 {
  return f32x4.add(constant(c, i), f32x4.mul(constant(c, i + 1), x));
}

@inline
function constant(table: usize, i: usize): v128 {
  return v128.load_splat<f32>(table + 4 * i);
}
