import { belowOne, type Interval, nonNegative } from './checks.js';

/** Every hyperparameter of the family, with the values that it may take. */
export const hyperparameters = {
  lr: nonNegative,
  momentum: belowOne,
  dampening: belowOne,
  beta1: belowOne,
  beta2: belowOne,
  p: { contains: (value) => value >= -1 && value <= 1, text: 'a number in [-1, 1]' },
  eps: nonNegative,
  weightDecay: nonNegative,
} as const satisfies Record<string, Interval>;

export type Hyperparameter = keyof typeof hyperparameters;

/** The hyperparameters of one step; absent where the optimizer has none. */
export type HyperparameterValues = { readonly lr: number } & { readonly [H in Hyperparameter]?: number };
