import { div, mul, neg } from '../operators/elementwise.js';
import { singleOutput, sumToShapeOf } from './gradient-rule.js';

/** y = a + b */
export const addGradient = singleOutput(({ inputs: [a, b] }, dy, [needA, needB]) => [
  needA ? sumToShapeOf(dy, a!) : undefined,
  needB ? sumToShapeOf(dy, b!) : undefined,
]);

/** y = a - b */
export const subGradient = singleOutput(({ inputs: [a, b] }, dy, [needA, needB]) => [
  needA ? sumToShapeOf(dy, a!) : undefined,
  needB ? neg(sumToShapeOf(dy, b!)) : undefined,
]);

/** y = a b */
export const mulGradient = singleOutput(({ inputs: [a, b] }, dy, [needA, needB]) => [
  needA ? sumToShapeOf(mul(dy, b!), a!) : undefined,
  needB ? sumToShapeOf(mul(dy, a!), b!) : undefined,
]);

/** y = a / b: da = dy / b, db = -dy y / b */
export const divGradient = singleOutput(({ inputs: [a, b], outputs: [y] }, dy, [needA, needB]) => {
  const da = div(dy, b!);
  return [needA ? sumToShapeOf(da, a!) : undefined, needB ? neg(sumToShapeOf(mul(da, y!), b!)) : undefined];
});
