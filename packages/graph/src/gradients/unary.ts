import { annotateReluGradient } from '../composites/annotations.js';
import { cast } from '../operators/cast.js';
import { cos, div, exp, greater, mul, neg, sign, sin, sub } from '../operators/elementwise.js';
import { expandLike } from '../operators/shape.js';
import { where } from '../operators/where.js';
import { singleOutput } from './gradient-rule.js';

/** y = max(x, 0): dy where y > 0 (0 at the kink) */
export const reluGradient = singleOutput(({ outputs: [y] }, dy) => {
  const dx = where(greater(y!, 0), dy, 0);
  annotateReluGradient(dx, y!);
  return [dx];
});

/** y = -x */
export const negGradient = singleOutput((_, dy) => [neg(dy)]);

/** y = x */
export const identityGradient = singleOutput((_, dy) => [dy]);

/** y = exp x: dx = dy y */
export const expGradient = singleOutput(({ outputs: [y] }, dy) => [mul(dy, y!)]);

/** y = ln x: dx = dy / x */
export const logGradient = singleOutput(({ inputs: [x] }, dy) => [div(dy, x!)]);

/** y = sqrt x: dx = dy / 2y */
export const sqrtGradient = singleOutput(({ outputs: [y] }, dy) => [div(dy, mul(y!, 2))]);

/** y = 1 / (1 + exp -x): dx = dy y (1 - y) */
export const sigmoidGradient = singleOutput(({ outputs: [y] }, dy) => [mul(dy, mul(y!, sub(1, y!)))]);

/** y = tanh x: dx = dy (1 - y²) */
export const tanhGradient = singleOutput(({ outputs: [y] }, dy) => [mul(dy, sub(1, mul(y!, y!)))]);

/** y = x as another element type */
export const castGradient = singleOutput(({ inputs: [x] }, dy) => [cast(dy, x!.dtype)]);

/** y = 1 / x: dx = -dy y² */
export const reciprocalGradient = singleOutput(({ outputs: [y] }, dy) => [neg(mul(dy, mul(y!, y!)))]);

/** y = |x|: dx = dy sign(x), 0 at 0 */
export const absGradient = singleOutput(({ inputs: [x] }, dy) => [mul(dy, sign(x!))]);

/** Sign, Floor, Ceil and Round, which are constant almost everywhere: 0 */
export const stepGradient = singleOutput(({ inputs: [x] }) => [
  expandLike(x!.graph.constant(0, { dtype: x!.dtype }), x!),
]);

/** y = sin x: dx = dy cos x */
export const sinGradient = singleOutput(({ inputs: [x] }, dy) => [mul(dy, cos(x!))]);

/** y = cos x: dx = -dy sin x */
export const cosGradient = singleOutput(({ inputs: [x] }, dy) => [neg(mul(dy, sin(x!)))]);

/** y = erf x: dx = dy 2 / sqrt(pi) exp(-x²) */
export const erfGradient = singleOutput(({ inputs: [x] }, dy) => [
  mul(dy, mul(exp(neg(mul(x!, x!))), 2 / Math.sqrt(Math.PI))),
]);
