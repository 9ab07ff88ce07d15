import { numpy as np } from '@jax-js/jax';
import type { Coefficients } from '../update-rule.js';
import { smallest } from './norm.js';

/** What of a step's coefficients may change from step to step. All else is part of the traced function. */
const columns = {
  lr: (c) => c.lr,
  /** `theta += decay * theta`; apart from 1, which would round it. */
  decay: (c) => c.shrink - 1,
  coupledDecay: (c) => c.coupledDecay,
  firstKeep: (c) => c.firstKeep,
  firstAdd: (c) => c.firstAdd,
  fromFirst: (c) => c.fromFirst,
  secondKeep: (c) => c.secondKeep,
  secondAdd: (c) => c.secondAdd,
  secondScale: (c) => c.secondScale,
  p: (c) => c.p,
  /** With eps = 0 a coordinate that never had a gradient would be 0 / 0. */
  eps: (c) => Math.max(c.eps, smallest),
} as const satisfies Record<string, (c: Coefficients) => number>;

export type CoefficientName = keyof typeof columns;

const names = Object.keys(columns) as readonly CoefficientName[];

/** The shape of the coefficients of so many groups. */
export const shapeFor = (groups: number): readonly number[] => [groups, names.length];

/** The coefficients of all groups as one float32 array, a row per group: GPUs allow a kernel few inputs. */
export function pack(groups: readonly Coefficients[]): np.Array {
  const numbers = groups.flatMap((group) => names.map((name) => columns[name](group)));
  return np.array(Float32Array.from(numbers), { shape: [...shapeFor(groups.length)] });
}

/** A coefficient of one group as a scalar of the caller's own. */
export type Row = (name: CoefficientName) => np.Array;

/** A row of {@link pack}; `coefficients` stays the caller's. */
export function rowOf(coefficients: np.Array, group: number): Row {
  return (name) => coefficients.ref.slice(group, names.indexOf(name));
}
