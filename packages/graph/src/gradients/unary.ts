import { div, greater, mul, neg } from '../operators/elementwise.js';
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
