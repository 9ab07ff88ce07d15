import { where } from '../operators/where.js';
import { singleOutput, sumToShapeOf } from './gradient-rule.js';

/** y = a where the condition holds, else b */
export const whereGradient = singleOutput(({ inputs: [condition, a, b] }, dy, [, needA, needB]) => [
  undefined,
  needA ? sumToShapeOf(where(condition!, dy, 0), a!) : undefined,
  needB ? sumToShapeOf(where(condition!, 0, dy), b!) : undefined,
]);
