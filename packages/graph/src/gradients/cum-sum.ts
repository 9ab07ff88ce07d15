import { cumSum, cumSumOptionsOf } from '../operators/cum-sum.js';
import { singleOutput } from './gradient-rule.js';

/** y = sums up to each element: dx is the sum of dy from each element on, a CumSum in the other direction */
export const cumSumGradient = singleOutput((node, dy) => {
  const options = cumSumOptionsOf(node);
  return [cumSum(dy, node.inputs[1]!, { ...options, reverse: !options.reverse })];
});
