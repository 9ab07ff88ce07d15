import { numpy as np } from '@jax-js/jax';
import type { Moments } from '../update-rule.js';
import type { Method } from './method.js';
import type { ArrayMoments } from './rule.js';
import { checkShape } from './trees.js';

/** All that changes from step to step on the device, a tree: it may go into a jitted function and come out of it. */
export type SolverState = {
  /** By name of the parameters that are not frozen: `first`, `second`, `maximum`, as far as the optimizer has them. */
  moments: Record<string, ArrayMoments>;
  /**
   * Whether the gradients of these parameters were finite, bool [parameters]: at the last step under `nonFinite: 'skip'`, at
   * every step so far under `'stop'`.
   */
  finite: np.Array;
};

/** The shapes of parameters by name, or the parameters themselves. */
export type Shapes = ReadonlyMap<string, { readonly shape: number[] }>;

/** The state before the first step, or one with these moments, row by row of each parameter. */
export function freshState(
  method: Method,
  params: Shapes,
  saved?: Readonly<Record<string, Moments<Float32Array>>>,
): SolverState {
  const moments = [...method.groupOf.keys()].map((name) => {
    const { shape } = params.get(name)!;
    const arrays = method.moments.map((moment) => {
      const values = saved?.[name]?.[moment];
      // A scalar without a dtype would be weakly typed, and the second step traced anew.
      const options = { dtype: np.float32 };
      const array =
        values === undefined ? np.zeros(shape, options) : np.array(values.slice(), { shape, ...options });
      return [moment, array];
    });
    return [name, Object.fromEntries(arrays) as ArrayMoments] as const;
  });
  return {
    moments: Object.fromEntries(moments),
    finite: np.ones([moments.length], { dtype: np.bool }),
  };
}

/** Throws a `RangeError` naming what of the state is missing or misshapen; consumes nothing. */
export function checkState(state: SolverState, method: Method, params: Shapes): void {
  for (const name of method.groupOf.keys()) {
    for (const moment of method.moments) {
      const array = state.moments[name]?.[moment];
      const label = `state: the ${moment} moment of ${name}`;
      if (array === undefined) throw new RangeError(`${label} is missing`);
      checkShape(label, array, params.get(name)!.shape);
    }
  }
  checkShape('state: finite', state.finite, [method.groupOf.size]);
}
