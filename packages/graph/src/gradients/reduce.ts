import { numberOf } from '../attribute.js';
import type { Node, Value } from '../graph.js';
import { cast } from '../operators/cast.js';
import { div, mul } from '../operators/elementwise.js';
import { reducedAxes } from '../operators/reduce.js';
import { expandLike, reshape, sizeValueOf } from '../operators/shape.js';
import { sizeOf } from '../tensor-type.js';
import { singleOutput } from './gradient-rule.js';

/** y = sum of x over axes: dy for every element */
export const reduceSumGradient = singleOutput((node, dy) => [
  expandLike(withReducedDims(node, dy), node.inputs[0]!),
]);

/** y = mean of x over axes: dy divided by the number of elements */
export const reduceMeanGradient = singleOutput((node, dy) => {
  const x = node.inputs[0]!;
  return [expandLike(div(withReducedDims(node, dy), reducedCount(node)), x)];
});

/** y = sum of x^2 over axes: 2 x dy */
export const reduceSumSquareGradient = singleOutput((node, dy) => {
  const x = node.inputs[0]!;
  return [mul(x, mul(withReducedDims(node, dy), 2))];
});

/** The gradient of the output with the reduced dimensions back, as 1. */
function withReducedDims(node: Node, dy: Value): Value {
  if (numberOf(node.attributes, 'keepdims', 1) === 1) return dy;
  const axes = reducedAxes(node);
  const kept = node.inputs[0]!.shape.map((dim, i) => (axes.includes(i) ? 1 : dim));
  return reshape(dy, kept);
}

/** How many elements make one of the output; counted when the graph runs where a dimension is symbolic. */
function reducedCount(node: Node): Value | number {
  const x = node.inputs[0]!;
  const axes = reducedAxes(node);
  const fixed = sizeOf(x.shape.filter((_, i) => axes.includes(i)));
  return fixed ?? div(cast(sizeValueOf(x), x.dtype), cast(sizeValueOf(node.outputs[0]!), x.dtype));
}
