import { cumSum, cumSumOptionsOf } from '../operators/cum-sum.js';
import { singleOutput } from './gradient-rule.js';

/** y = sums up to each element: an element gets the sum of dy from itself on, which is the other direction */
export const cumSumGradient = singleOutput((node, dy) => {
  const options = cumSumOptionsOf(node);
  return [cumSum(dy, node.inputs[1]!, { ...options, reverse: !options.reverse })];
});
