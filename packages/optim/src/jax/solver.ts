import { numpy as np, tree } from '@jax-js/jax';
import type { OptimizerSpec } from '../optimizer-spec.js';
import { checkSpec } from '../validate-spec.js';
import { rowOf, shapeFor } from './coefficients.js';
import { type Method, methodOf } from './method.js';
import { norm } from './norm.js';
import { type ArrayMoments, stepOf } from './rule.js';
import { SolverPlan } from './solver-plan.js';
import { checkState, freshState, type SolverState } from './solver-state.js';
import { checkShape, named, type Tree } from './trees.js';

/**
 * An optimizer in the manner of optax: pure functions, to be called by themselves or within `jit`. As everywhere in jax-js
 * arguments are consumed, unless it says otherwise; nothing is consumed by a call that throws.
 */
export interface Solver {
  /**
   * The state before the first step: moments of zero.
   * @param params float32 arrays in any tree. A scalar made without a dtype is weakly typed in jax-js and not so after a step,
   * which traces a jitted function twice.
   */
  init(params: Tree): SolverState;
  /**
   * One step, `update = -lr * mhat / (vhat^p + eps)`. Where a gradient is not finite all updates are 0 and the moments stay
   * as they are; `SolverPlan.settle` tells.
   * @param grads of the shapes of `params`; those of frozen parameters are ignored and may be left out
   * @param coefficients the numbers of this step, from `SolverPlan.advance`
   * @returns what to add to `params`, as a tree of their structure, and the next state
   * @throws RangeError naming a gradient that is missing, extra or misshapen, or a state or coefficients that do not fit
   */
  update<P extends Tree>(
    grads: Tree,
    state: SolverState,
    params: P,
    coefficients: np.Array,
  ): [updates: P, state: SolverState];
  /** The host's part for these parameters, which are not consumed. Not for use within `jit`. */
  plan(params: Tree): SolverPlan;
}

/**
 * Any optimizer of the family on arrays of jax-js: `optimizer({ kind: 'nsf', lr: 0.01, epochLength: 100 })`. Parameters are
 * named by their paths, as `layers.0.w`; so groups match them and states save them.
 * @throws OptimizerSpecError for a spec that is not valid; from `init`, `update` and `plan` for a pattern of its groups that
 * matches no parameter. These throw a `RangeError` for parameters that are not arrays of float32.
 */
export function optimizer(spec: OptimizerSpec): Solver {
  checkSpec(spec, 'allowed');
  return {
    init(params) {
      const { arrays } = named('parameter', params);
      const state = freshState(methodOf(spec, [...arrays.keys()]), arrays);
      tree.dispose(params);
      return state;
    },
    update: (grads, state, params, coefficients) => update(spec, grads, state, params, coefficients),
    plan(params) {
      const { arrays } = named('parameter', params);
      const shapes = new Map([...arrays].map(([name, { shape }]) => [name, { shape }] as const));
      return new SolverPlan(spec, methodOf(spec, [...shapes.keys()]), shapes);
    },
  };
}

/** `params + updates`, leaf by leaf. Consumes both. */
export function applyUpdates<P extends Tree>(params: P, updates: P): P {
  return tree.map((param: np.Array, change: np.Array) => param.add(change), params, updates) as P;
}

function update<P extends Tree>(
  spec: OptimizerSpec,
  grads: Tree,
  state: SolverState,
  params: P,
  coefficients: np.Array,
): [P, SolverState] {
  const { arrays: thetas, structure } = named('parameter', params);
  const method = methodOf(spec, [...thetas.keys()]);
  const { arrays: given } = named('gradient', grads);
  checkGradients(given, thetas, method);
  checkState(state, method, thetas);
  checkShape('the array of coefficients', coefficients, shapeFor(method.groupCount));

  const trained = [...method.groupOf.keys()];
  const raw = trained.map((name) => given.get(name)!.ref);
  tree.dispose(grads);
  const finite = finiteness(method, raw, state.finite);
  const all = finite.ref.all();
  const gradients = new Map(clipped(method, raw).map((gradient, i) => [trained[i]!, gradient]));
  const moments: Record<string, ArrayMoments> = {};
  const updates = [...thetas].map(([name, theta]) => {
    const gradient = gradients.get(name);
    if (gradient === undefined) return zerosInsteadOf(theta);
    const before = state.moments[name]!;
    const row = rowOf(coefficients, method.groupOf.get(name)!);
    const step = stepOf(method, theta, gradient, tree.ref(before), row);
    moments[name] = tree.map(
      (next: np.Array, old: np.Array) => np.where(all.ref, next, old),
      step.moments,
      before,
    ) as ArrayMoments;
    return np.where(all.ref, step.update, 0);
  });
  all.dispose();
  coefficients.dispose();
  return [tree.unflatten(structure, updates) as P, { moments, finite }];
}

function checkGradients(
  given: ReadonlyMap<string, np.Array>,
  thetas: ReadonlyMap<string, np.Array>,
  { groupOf }: Method,
): void {
  for (const name of given.keys()) {
    if (!thetas.has(name)) throw new RangeError(`gradient ${name} is not expected`);
  }
  for (const name of groupOf.keys()) {
    const gradient = given.get(name);
    if (gradient === undefined) throw new RangeError(`gradient ${name} is missing`);
    checkShape(`gradient ${name}`, gradient, thetas.get(name)!.shape);
  }
}

/** Which gradients are finite; under `stop` also were so at all steps before. Consumes `before` and not the gradients. */
function finiteness({ nonFinite }: Method, gradients: readonly np.Array[], before: np.Array): np.Array {
  if (gradients.length === 0) return before;
  const finite = np.stack(gradients.map((gradient) => np.all(np.isfinite(gradient.ref))));
  if (nonFinite === 'stop') return np.logicalAnd(finite, before);
  before.dispose();
  return finite;
}

/** Clips by value, then by the norm over all: `gradient * min(1, clipNorm / (norm + 1e-6))`. Consumes the gradients. */
function clipped({ clipValue, clipNorm }: Method, gradients: readonly np.Array[]): readonly np.Array[] {
  const bounded =
    clipValue === undefined
      ? gradients
      : gradients.map((gradient) => np.clip(gradient, -clipValue, clipValue));
  if (clipNorm === undefined || bounded.length === 0) return bounded;
  const length = norm(bounded.map((gradient) => gradient.ref));
  const scale = np.minimum(np.reciprocal(length.add(1e-6)).mul(clipNorm), 1);
  const scaled = bounded.map((gradient) => gradient.mul(scale.ref));
  scale.dispose();
  return scaled;
}

/** Without an array that a jitted function would keep as a constant. */
function zerosInsteadOf(theta: np.Array): np.Array {
  const { shape } = theta;
  theta.dispose();
  return np.broadcastTo(np.array(0, { dtype: np.float32 }), shape);
}
