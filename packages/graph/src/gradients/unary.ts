import { cast } from '../operators/cast.js';
import { div, greater, mul, neg, sub } from '../operators/elementwise.js';
import { where } from '../operators/where.js';
import { singleOutput } from './gradient-rule.js';

/** y = max(x, 0): dy where y > 0 (0 at the kink) */
export const reluGradient = singleOutput(({ outputs: [y] }, dy) => [where(greater(y!, 0), dy, 0)]);

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
