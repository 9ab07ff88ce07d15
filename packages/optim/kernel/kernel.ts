/**
 * The update rule over float32, four elements at a time. A tensor is an address aligned to 16 bytes, or 0 where there is
 * none; its length is in bytes, a multiple of 16: tensors are padded with zeros, which the rule leaves zero. The formulas,
 * and the names in them, are those of `Coefficients` in `../src/update-rule.ts`.
 */
import { Exponent, power } from './power';

/** Indices into {@link coefficients}, in the order of `../src/kernel/kernel-coefficients.ts`. */
const enum C {
  lr,
  decoupledDecay,
  gradientBound,
  gradientScale,
  coupledDecay,
  firstKeep,
  firstAdd,
  fromFirst,
  fromGradient,
  secondKeep,
  secondAdd,
  secondScale,
  exponentHigh,
  exponentLow,
  eps,
  /** The first of 6 coefficients of `|p| log2(1 + f) / f`. */
  log,
  /** `eps` beside the square root of `vhat`, where a step is matched to p = 1/2. */
  halfEps = log + 6,
}

/** What a step does besides, as bits of `options`: what it does not do takes no time. */
const enum Option {
  /** p < 0. */
  negative = 1,
  /** The gradient is held within bounds, and scaled. */
  clips = 2,
  coupledDecay = 4,
  decoupledDecay = 8,
  /** The direction looks ahead by the gradient. */
  nesterov = 16,
}

/**
 * The numbers of a step, to be set before {@link move}. They stay in memory, since the engines keep a vector made of a
 * number as that number, and make it anew at every use.
 */
export const coefficients = memory.data(4 * 22);

/** Where {@link matchingSums} leaves the sums of `d_p^2` and of `d_1/2^2`, as f64. */
export const sums = memory.data(16);

/** Moves `theta` and its moments by one step. `exponent` is that of |p|. */
export function move(
  theta: usize,
  grad: usize,
  first: usize,
  second: usize,
  maximum: usize,
  bytes: usize,
  exponent: Exponent,
  options: u32,
): void {
  if (exponent != Exponent.any) {
    run(false, theta, grad, first, second, maximum, 0, bytes, exponent, options);
    return;
  }
  for (let from: usize = 0; from < bytes; from += block) {
    const to = min(from + block, bytes);
    if (to + 2 * block <= bytes) {
      touched = touch(theta + to + block) | touch(grad + to + block) | touch(first + to + block);
      touched |= touch(second + to + block);
    }
    // With its options known, the usual loop of SMES and NSF takes less time.
    const usual = first && second && !maximum;
    if (usual && options == 0) {
      run(false, theta, grad, first, second, 0, from, to, Exponent.any, 0);
    } else if (usual && options == Option.negative) {
      run(false, theta, grad, first, second, 0, from, to, Exponent.any, Option.negative);
    } else {
      run(false, theta, grad, first, second, maximum, from, to, Exponent.any, options);
    }
  }
}

/** Adds up the squares of the directions that {@link move} is about to take, and of those that it would for p = 1/2. */
export function matchingSums(
  theta: usize,
  grad: usize,
  first: usize,
  second: usize,
  maximum: usize,
  bytes: usize,
  exponent: Exponent,
  options: u32,
): void {
  run(true, theta, grad, first, second, maximum, 0, bytes, exponent, options);
}

/**
 * The steps of a general power fill the processor's window, so that it sees few loads ahead and waits for memory. Loading a
 * word of each of the next lines in a burst takes a third off the time.
 */
const block: usize = 256;
const line: usize = 64;

/** Keeps the loads of {@link touch} from being left out. */
let touched: u32 = 0;

@inline
function touch(at: usize): u32 {
  return load<u32>(at) | load<u32>(at + line) | load<u32>(at + 2 * line) | load<u32>(at + 3 * line);
}

@inline
function run(
  measures: bool,
  theta: usize,
  grad: usize,
  first: usize,
  second: usize,
  maximum: usize,
  from: usize,
  to: usize,
  exponent: Exponent,
  options: u32,
): void {
  let own = f64x2.splat(0);
  let reference = f64x2.splat(0);
  for (let at = from; at < to; at += 16) {
    const weight = v128.load(theta + at);
    let gradient = v128.load(grad + at);
    if (options & Option.clips) {
      gradient = times(C.gradientScale, hold(gradient, coefficient(C.gradientBound)));
    }
    if (options & Option.coupledDecay) gradient = f32x4.add(gradient, times(C.coupledDecay, weight));
    let direction = gradient;
    if (first) {
      const m = f32x4.add(times(C.firstKeep, v128.load(first + at)), times(C.firstAdd, gradient));
      if (!measures) v128.store(first + at, m);
      direction = times(C.fromFirst, m);
      if (options & Option.nesterov) direction = f32x4.add(direction, times(C.fromGradient, gradient));
    }
    if (second) {
      const square = f32x4.mul(gradient, gradient);
      let v = f32x4.add(times(C.secondKeep, v128.load(second + at)), times(C.secondAdd, square));
      if (!measures) v128.store(second + at, v);
      if (maximum) {
        v = f32x4.pmax(v, v128.load(maximum + at));
        if (!measures) v128.store(maximum + at, v);
      }
      const unlimited = times(C.secondScale, v);
      const vhat = f32x4.pmin(f32x4.pmax(unlimited, limit(0)), limit(1));
      // Where the square is too large for float32, so that the moment stands against infinity.
      const beyond = f32x4.gt(unlimited, limit(1));
      if (measures) {
        const half = f32x4.add(f32x4.sqrt(vhat), coefficient(C.halfEps));
        reference = addSquares(reference, v128.andnot(f32x4.div(direction, half), beyond));
      }
      const high = coefficient(C.exponentHigh);
      const scale = power(vhat, exponent, high, coefficient(C.exponentLow), coefficients + 4 * C.log);
      if (options & Option.negative) {
        const divisor = f32x4.add(f32x4.splat(1), times(C.eps, scale));
        direction = f32x4.div(f32x4.mul(direction, scale), divisor);
      } else {
        direction = f32x4.div(direction, f32x4.add(scale, coefficient(C.eps)));
        if (exponent != Exponent.zero) direction = v128.andnot(direction, beyond);
      }
      if (measures) own = addSquares(own, direction);
    }
    if (!measures) {
      let step = times(C.lr, direction);
      if (options & Option.decoupledDecay) step = f32x4.add(times(C.decoupledDecay, weight), step);
      v128.store(theta + at, f32x4.sub(weight, step));
    }
  }
  if (measures) {
    store<f64>(sums, sum(own));
    store<f64>(sums + 8, sum(reference));
  }
}

/** The sum of the squares of the elements, each held within `[-bound, bound]` first. */
export function sumOfSquares(grad: usize, bytes: usize, bound: f32): f64 {
  const bounds = f32x4.splat(bound);
  let squares = f64x2.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) squares = addSquares(squares, hold(v128.load(grad + at), bounds));
  return sum(squares);
}

/** Whether every element is finite. Four places are read at a time: one alone does not keep the memory busy. */
export function allFinite(grad: usize, bytes: usize): bool {
  const quarter = (bytes >> 2) & ~15;
  let found = i32x4.splat(0);
  for (let at = grad; at < grad + quarter; at += 16) {
    const first = v128.or(notFinite(at), notFinite(at + quarter));
    const second = v128.or(notFinite(at + 2 * quarter), notFinite(at + 3 * quarter));
    found = v128.or(found, v128.or(first, second));
  }
  for (let at = grad + 4 * quarter; at < grad + bytes; at += 16) found = v128.or(found, notFinite(at));
  return !v128.any_true(found);
}

/** Zero where the values are finite. */
@inline
function notFinite(at: usize): v128 {
  const values = v128.load(at);
  return f32x4.sub(values, values);
}

@inline
function coefficient(index: C): v128 {
  return v128.load_splat<f32>(coefficients + 4 * (index as usize));
}

/**
 * What `vhat` is held within. Below, the square of a gradient may have been rounded to 0 where the gradient was not; above,
 * it may have become infinite. Within, all powers are normal numbers, and a moment divided by one is finite.
 */
const limits = memory.data<f32>([7.52316384526264e-37, 8.507059173023462e37]);

@inline
function limit(index: usize): v128 {
  return v128.load_splat<f32>(limits + 4 * index);
}

@inline
function times(index: C, values: v128): v128 {
  return f32x4.mul(coefficient(index), values);
}

@inline
function hold(values: v128, bound: v128): v128 {
  return f32x4.pmax(f32x4.pmin(values, bound), f32x4.neg(bound));
}

@inline
function addSquares(sum: v128, values: v128): v128 {
  const low = f64x2.promote_low_f32x4(values);
  const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(values, values, 1, 1));
  return f64x2.add(sum, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
}

@inline
function sum(values: v128): f64 {
  return f64x2.extract_lane(values, 0) + f64x2.extract_lane(values, 1);
}
