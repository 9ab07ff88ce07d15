import { div, greater, log, mul, neg, pow, sub } from '../operators/elementwise.js';
import { where } from '../operators/where.js';
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

/** y = a ** b: da = dy b a ** (b - 1), db = dy y ln a */
export const powGradient = singleOutput(({ inputs: [a, b], outputs: [y] }, dy, [needA, needB]) => [
  needA ? sumToShapeOf(mul(dy, mul(b!, pow(a!, sub(b!, 1)))), a!) : undefined,
  needB ? sumToShapeOf(mul(dy, mul(y!, log(a!))), b!) : undefined,
]);

/** y = max(a, b): dy goes to the larger one, and to b where they are equal */
export const maxGradient = singleOutput(({ inputs }, dy, [needA, needB]) => {
  const [a, b] = inputs;
  if (inputs.length !== 2) throw new RangeError(`it has ${inputs.length} operands; 2 are supported`);
  const isA = greater(a!, b!);
  return [
    needA ? sumToShapeOf(where(isA, dy, 0), a!) : undefined,
    needB ? sumToShapeOf(where(isA, 0, dy), b!) : undefined,
  ];
});
