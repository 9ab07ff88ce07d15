import type { Value } from '../graph/graph.js';
import { cast } from '../operators/cast.js';
import { div, mul, sub } from '../operators/elementwise.js';
import { where } from '../operators/where.js';
import { singleOutput } from './gradient-rule.js';

/** y = mask x / (1 - ratio) in training, x otherwise: dx is the same function of dy */
export const dropoutGradient = singleOutput(({ inputs: [, ratio, training], outputs }, dy) => {
  const isTraining = training?.data ? Number(training.data[0]) !== 0 : training;
  if (!isTraining) return [dy];
  const scale = ratio ? scaleOf(ratio, dy) : 2;
  const scaled =
    isTraining === true
      ? mul(dy, scale)
      : mul(dy, where(isTraining, scale, dy.graph.constant(1, { dtype: dy.dtype })));
  return [where(outputs[1]!, scaled, 0)];
});

function scaleOf(ratio: Value, { dtype }: Value): Value | number {
  if (ratio.data) return 1 / (1 - Number(ratio.data[0]));
  return div(1, sub(1, ratio.dtype === dtype ? ratio : cast(ratio, dtype)));
}
