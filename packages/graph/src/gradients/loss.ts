import type { Node, Value } from '../graph/graph.js';
import { checkTableSize } from '../graph/table-limit.js';
import { add, div, equal, mul, neg, sub } from '../operators/elementwise.js';
import { and, not } from '../operators/logic.js';
import { ignoredLabel, reductionOf } from '../operators/loss.js';
import { reduceSum } from '../operators/reduce.js';
import { reshape, unsqueeze } from '../operators/shape.js';
import { softmax } from '../operators/softmax.js';
import { where } from '../operators/where.js';
import type { GradientRule } from './gradient-rule.js';

/** y = -weight[label] x[label]: dx is -weight[label] dy at the label, 0 elsewhere; the mean divides by the sum of weights */
export const negativeLogLikelihoodLossGradient: GradientRule = (node, [dy], needed) => {
  refuseWeights(needed);
  return [labelGradient(node, dy!)];
};

/** y = that loss of log softmax x, along axis 1: with its gradient g, dx = g - softmax(x) Σ g */
export const softmaxCrossEntropyLossGradient: GradientRule = (node, [dy, dLogProbabilities], needed) => {
  refuseWeights(needed);
  const parts = [dy && labelGradient(node, dy), dLogProbabilities].filter((part) => part !== undefined);
  const g = parts.reduce(add);
  const total = reduceSum(g, { axes: [1], keepDims: true });
  return [sub(g, mul(softmax(node.inputs[0]!, 1), total))];
};

/** The gradient with respect to the log-probabilities, `[n, classes, ...]`. */
function labelGradient(node: Node, dy: Value): Value {
  const weights = labelWeights(node);
  const reduction = reductionOf(node);
  if (reduction === 'none') return neg(mul(weights, unsqueeze(dy, [1])));
  return neg(mul(weights, reduction === 'mean' ? div(dy, reduceSum(weights)) : dy));
}

/** The weight of each element at its label; 0 at the other classes, and everywhere if the label is ignored. */
function labelWeights(node: Node): Value {
  const [x, labels, weights] = node.inputs as [Value, Value, Value | undefined];
  const { graph, dtype, shape } = x;
  const classes = shape[1]!;
  if (typeof classes !== 'number') throw new RangeError('the number of classes is symbolic');
  checkTableSize(classes, 'the list of classes');
  const perClass = [classes, ...shape.slice(2).map(() => 1)];
  const numbers = graph.constant(
    Array.from({ length: classes }, (_, i) => i),
    { dtype: labels.dtype, shape: perClass },
  );
  const given = unsqueeze(labels, [1]);
  const isLabel = equal(given, numbers);
  const ignored = ignoredLabel(node);
  const counts = ignored === undefined ? isLabel : and(isLabel, not(equal(given, ignored)));
  return where(counts, weights ? reshape(weights, perClass) : graph.constant(1, { dtype }), 0);
}

function refuseWeights([, , needWeights]: readonly boolean[]): void {
  if (needWeights) throw new RangeError('the class weights cannot be differentiated');
}
