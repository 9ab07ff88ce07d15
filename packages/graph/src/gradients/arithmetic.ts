import { cast } from '../operators/cast.js';
import { add, div, equal, log, mul, neg, pow, sub } from '../operators/elementwise.js';
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

/** y = max(a, b, ...) (or min): dy, in equal parts, to the operands that equal y */
export const extremeGradient = singleOutput(({ inputs, outputs: [y] }, dy, needed) => {
  const chosen = inputs.map((input) => equal(input!, y!));
  const count = chosen.map((condition) => cast(condition, dy.dtype)).reduce(add);
  const share = div(dy, count);
  return inputs.map((input, i) =>
    needed[i] ? sumToShapeOf(where(chosen[i]!, share, 0), input!) : undefined,
  );
});

/** y = a + b + ... */
export const sumGradient = singleOutput(({ inputs }, dy, needed) =>
  inputs.map((input, i) => (needed[i] ? sumToShapeOf(dy, input!) : undefined)),
);

/** y = (a + b + ...) / n: dy / n */
export const meanGradient = singleOutput(({ inputs }, dy, needed) => {
  const share = mul(dy, 1 / inputs.length);
  return inputs.map((input, i) => (needed[i] ? sumToShapeOf(share, input!) : undefined));
});
