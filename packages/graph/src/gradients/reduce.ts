import { numberOf } from '../graph/attribute.js';
import type { Node, Value } from '../graph/graph.js';
import { sizeOf } from '../graph/tensor-type.js';
import { cast } from '../operators/cast.js';
import { div, equal, exp, mul, sign, sub } from '../operators/elementwise.js';
import { reducedAxes, reduceSum } from '../operators/reduce.js';
import { expandLike, sizeValueOf, unsqueeze } from '../operators/shape.js';
import { where } from '../operators/where.js';
import { singleOutput } from './gradient-rule.js';

/** y = sum of x over axes: dx = dy at every element */
export const reduceSumGradient = singleOutput((node, dy) => [
  expandLike(withReducedDims(node, dy), node.inputs[0]!),
]);

/** y = mean of x over axes: dx = dy / (number of elements) */
export const reduceMeanGradient = singleOutput((node, dy) => {
  const x = node.inputs[0]!;
  return [expandLike(div(withReducedDims(node, dy), reducedCount(node)), x)];
});

/** y = sum of x² over axes: dx = 2 x dy */
export const reduceSumSquareGradient = singleOutput((node, dy) => {
  const x = node.inputs[0]!;
  return [mul(x, mul(withReducedDims(node, dy), 2))];
});

/** y = sum of |x| over axes: dx = dy sign(x), 0 where x is 0 */
export const reduceL1Gradient = singleOutput((node, dy) => [
  mul(sign(node.inputs[0]!), withReducedDims(node, dy)),
]);

/** y = sqrt(sum of x²) over axes: dx = dy x / y, and 0 where all of x is 0 */
export const reduceL2Gradient = singleOutput((node, dy) => {
  const y = node.outputs[0]!;
  const ratio = div(dy, where(equal(y, 0), 1, y));
  return [mul(node.inputs[0]!, withReducedDims(node, ratio))];
});

/** y = log(sum of x) over axes: dx = dy / exp(y) at every element */
export const reduceLogSumGradient = singleOutput((node, dy) => [
  expandLike(withReducedDims(node, div(dy, exp(node.outputs[0]!))), node.inputs[0]!),
]);

/** y = log(sum of exp(x)) over axes: dx = dy exp(x - y) */
export const reduceLogSumExpGradient = singleOutput((node, dy) => [
  mul(withReducedDims(node, dy), exp(sub(node.inputs[0]!, withReducedDims(node, node.outputs[0]!)))),
]);

/** y = largest (smallest) of x over axes: dy, in equal parts, to the elements that equal y */
export const reduceExtremeGradient = singleOutput((node, dy) => {
  const [x, y] = [node.inputs[0]!, withReducedDims(node, node.outputs[0]!)];
  const chosen = equal(x, y);
  const share = div(withReducedDims(node, dy), sumOverAxes(node, cast(chosen, x.dtype)));
  return [where(chosen, share, 0)];
});

/**
 * y = product of x over axes: dx is dy times the product of the other elements, computed as y / x without the zeros. The
 * second derivative at zeros is therefore not that of the product.
 */
export const reduceProdGradient = singleOutput((node, dy) => {
  const x = node.inputs[0]!;
  const isZero = equal(x, 0);
  const zeros = sumOverAxes(node, cast(isZero, x.dtype));
  const others = where(isZero, 1, x);
  const product = withReducedDims(
    node,
    x.graph.add(node.op, [others, node.inputs[1]], node.attributes).outputs[0]!,
  );
  // No zeros: product / x. One zero: it gets the product of the others, which get 0. More zeros: all get 0.
  const own = where(equal(zeros, cast(isZero, x.dtype)), div(product, others), 0);
  return [mul(withReducedDims(node, dy), own)];
});

/** Sums over the axes that a node reduces, and keeps them with length 1. */
function sumOverAxes(node: Node, value: Value): Value {
  const axes = reducedAxes(node);
  return axes.length ? reduceSum(value, { axes, keepDims: true }) : value;
}

/** Restores the reduced dimensions of a value in the shape of the output, with length 1. */
function withReducedDims(node: Node, value: Value): Value {
  const axes = reducedAxes(node);
  return numberOf(node.attributes, 'keepdims', 1) === 1 || !axes.length ? value : unsqueeze(value, axes);
}

/** How many elements are reduced to one; counted when the graph runs if a dimension is symbolic. */
function reducedCount(node: Node): Value | number {
  const x = node.inputs[0]!;
  const axes = reducedAxes(node);
  const fixed = sizeOf(x.shape.filter((_, i) => axes.includes(i)));
  if (fixed !== undefined) return fixed;
  const y = node.outputs[0]!;
  const [elements, kept] = [cast(sizeValueOf(x), x.dtype), sizeOf(y.shape)];
  return kept === 1 ? elements : div(elements, kept || cast(sizeValueOf(y), x.dtype));
}
