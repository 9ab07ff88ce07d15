import type { Node, Value } from '../graph/graph.js';
import { formatShape, sameShape } from '../graph/tensor-type.js';
import { reduceSum } from '../operators/reduce.js';
import { expandLike, reshapeLike } from '../operators/shape.js';

/**
 * Returns the gradients of the loss with respect to a node's inputs, given those with respect to its outputs (`undefined` if
 * the loss does not depend on an output). A gradient that is not `needed` may be `undefined`.
 */
export type GradientRule = (
  node: Node,
  outputGradients: readonly (Value | undefined)[],
  needed: readonly boolean[],
) => readonly (Value | undefined)[];

/** Makes a rule for a node with one output, from a function of that output's gradient. */
export function singleOutput(
  rule: (node: Node, dy: Value, needed: readonly boolean[]) => readonly (Value | undefined)[],
): GradientRule {
  return (node, [dy], needed) => rule(node, dy!, needed);
}

/** Returns zeros in the shape of a value. */
export function zerosLike(value: Value): Value {
  return expandLike(value.graph.constant(0, { dtype: value.dtype }), value);
}

/** Sums a gradient over the dimensions along which `operand` was repeated to get its shape. */
export function sumToShapeOf(gradient: Value, operand: Value): Value {
  if (sameShape(gradient.shape, operand.shape)) return gradient;
  const added = gradient.shape.length - operand.shape.length;
  const axes = gradient.shape.flatMap((dim, i) => {
    const own = operand.shape[i - added];
    if (own !== undefined && own !== 1 && own !== dim)
      throw new RangeError(
        `the gradient ${formatShape(gradient.shape)} cannot be summed to ${formatShape(operand.shape)}, as ${own} may be 1 or ${dim}`,
      );
    return own === undefined || (own === 1 && dim !== 1) ? [i] : [];
  });
  // If only added dimensions are summed, the result already has the shape.
  if (added && axes.length === added && axes.at(-1) === added - 1) return reduceSum(gradient, { axes });
  const sum = axes.length ? reduceSum(gradient, { axes, keepDims: true }) : gradient;
  return added ? reshapeLike(sum, operand) : sum;
}
