import { numpy as np } from '@jax-js/jax';
import type { CoefficientName, Row } from './coefficients.js';
import type { Method } from './method.js';
import { largest, norm, smallest } from './norm.js';

/** Moments of one parameter, each of its shape: `first`, `second` and `maximum`, as far as the optimizer has them. */
export type ArrayMoments = Record<string, np.Array>;

/**
 * The update rule for one parameter: what is to be added to `theta`, and its next moments. All arrays have the shape of
 * `theta` and are consumed. `grad` is clipped.
 */
export function stepOf(
  method: Method,
  theta: np.Array,
  grad: np.Array,
  before: ArrayMoments,
  row: Row,
): { readonly update: np.Array; readonly moments: ArrayMoments } {
  const { rule } = method;
  const coupled = rule.decay === 'coupled';
  const gradient = coupled ? grad.add(theta.ref.mul(row('coupledDecay'))) : grad;
  const moments = nextMoments(method, gradient.ref, before, row);
  const direction = scaled(method, momentum(method, gradient, moments, row), moments, row);
  const update = direction.mul(row('lr')).neg();
  if (!coupled) return { update: update.add(theta.mul(row('decay'))), moments };
  theta.dispose();
  return { update, moments };
}

/** `m = firstKeep * m + firstAdd * g; v = secondKeep * v + secondAdd * g^2; maximum = max(maximum, v)` */
function nextMoments({ moments: names }: Method, gradient: np.Array, before: ArrayMoments, row: Row) {
  const next: ArrayMoments = {};
  for (const name of names) {
    const old = before[name]!;
    if (name === 'maximum') {
      next[name] = np.maximum(old, next.second!.ref);
    } else {
      const added = name === 'first' ? gradient.ref : np.square(gradient.ref);
      next[name] = old.mul(row(`${name}Keep`)).add(added.mul(row(`${name}Add`)));
    }
  }
  gradient.dispose();
  return next;
}

/** `mhat` */
function momentum({ rule }: Method, gradient: np.Array, { first }: ArrayMoments, row: Row): np.Array {
  if (first === undefined) return gradient;
  if (rule.first === 'nesterov') return first.ref.mul(row('fromFirst')).add(gradient);
  gradient.dispose();
  return rule.biasCorrection ? first.ref.mul(row('fromFirst')) : first.ref;
}

/** `mhat / (vhat^p + eps)`; with matched gain as long as for p = 1/2. */
function scaled(method: Method, mhat: np.Array, { second, maximum }: ArrayMoments, row: Row): np.Array {
  const v = maximum ?? second;
  if (v === undefined) return mhat;
  const vhat = method.rule.biasCorrection ? v.ref.mul(row('secondScale')) : v.ref;
  if (method.exponent === 'half') return mhat.div(np.sqrt(vhat).add(row('eps')));
  if (method.gain === 'raw') return divided(mhat, vhat, row);
  const length = norm([mhat.ref.div(np.sqrt(vhat.ref).add(row('eps')))]);
  const own = divided(mhat, vhat, row);
  const ownLength = norm([own.ref]);
  return own.div(np.maximum(ownLength, smallest)).mul(length);
}

/** `mhat / (vhat^p + eps)`; for p < 0 as `mhat * vhat^|p| / (1 + eps * vhat^|p|)`, which stays finite at `vhat = 0`. */
function divided(mhat: np.Array, vhat: np.Array, row: (name: CoefficientName) => np.Array): np.Array {
  const scale = power(vhat, np.abs(row('p')));
  const negative = row('p').less(0);
  const numerator = np.where(negative.ref, scale.ref, 1);
  const denominator = np.where(negative, scale.ref.mul(row('eps')).add(1), scale.add(row('eps')));
  return mhat.mul(numerator).div(denominator);
}

/**
 * `base^exponent` for an exponent in [0, 1], with `0^0 = 1`: 1, `sqrt(base)` or `base`, whichever is nearest, times a power by
 * logarithm. That one is right to about 1e-5 in jax-js, so it is kept small, and exponents 0, 1/2 and 1 are exact.
 */
function power(base: np.Array, exponent: np.Array): np.Array {
  const near = np.floor(exponent.ref.mul(2).add(0.5)).mul(0.5);
  const root = np.where(near.ref.equal(1), base.ref, np.sqrt(base.ref));
  const whole = np.where(near.ref.equal(0), 1, root);
  const logarithm = np.log(np.clip(base.ref, smallest, largest));
  const rest = np.exp(logarithm.mul(exponent.ref.sub(near)));
  return np.where(base.greater(0), whole.mul(rest), np.where(exponent.equal(0), 1, 0));
}
