import { mul } from '../operators/elementwise.js';
import { expandLike } from '../operators/shape.js';
import { sizeOf } from '../tensor-type.js';
import { singleOutput } from './gradient-rule.js';

/** y = mean over the plane: dy / (h w) at every place */
export const globalAveragePoolGradient = singleOutput(({ inputs: [x] }, dy) => {
  const plane = sizeOf(x!.shape.slice(2));
  if (plane === undefined) throw new RangeError('the size of the plane is symbolic');
  return [expandLike(mul(dy, 1 / plane), x!)];
});
