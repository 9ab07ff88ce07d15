import { numberOf } from '../graph/attribute.js';
import { exp, mul, sub } from '../operators/elementwise.js';
import { reduceSum } from '../operators/reduce.js';
import { singleOutput } from './gradient-rule.js';

/** y = softmax x: dx = y (dy - sum(dy y)) */
export const softmaxGradient = singleOutput(({ attributes, outputs: [y] }, dy) => {
  const axes = [numberOf(attributes, 'axis', -1)];
  return [mul(y!, sub(dy, reduceSum(mul(dy, y!), { axes, keepDims: true })))];
});

/** y = log softmax x: dx = dy - softmax(x) sum(dy) */
export const logSoftmaxGradient = singleOutput(({ attributes, outputs: [y] }, dy) => {
  const axes = [numberOf(attributes, 'axis', -1)];
  return [sub(dy, mul(exp(y!), reduceSum(dy, { axes, keepDims: true })))];
});
