export { NonFiniteStepError } from './non-finite-step-error.js';
export type { ArrayMoments } from './rule.js';
export { applyUpdates, optimizer, type Solver } from './solver.js';
export type { SolverPlan } from './solver-plan.js';
export type { SolverState } from './solver-state.js';
export type { Tree } from './trees.js';
