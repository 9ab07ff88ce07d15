import { numberOf } from '../graph/attribute.js';
import type { Value } from '../graph/graph.js';
import { reduceSum } from '../operators/reduce.js';
import { reshape } from '../operators/shape.js';
import { concat } from '../operators/slice.js';
import { repeatsOf } from '../operators/tile.js';
import { type GradientRule, singleOutput, zerosLike } from './gradient-rule.js';

/** Split: the gradients of the parts joined, with zeros for parts that the loss does not depend on */
export const splitGradient: GradientRule = ({ outputs, attributes }, outputGradients) => [
  concat(
    outputs.map((output, i) => outputGradients[i] ?? zerosLike(output)),
    numberOf(attributes, 'axis', 0),
  ),
];

/** Tile: dy summed over the repetitions, one dimension after the other */
export const tileGradient = singleOutput((node, dy) => {
  const x = node.inputs[0]!;
  const sum = repeatsOf(node).reduce((gradient: Value, count, axis) => {
    if (count === 1) return gradient;
    const after = gradient.shape.slice(axis + 1);
    const parts = [...Array<number>(axis).fill(0), count, x.shape[axis]!, ...after];
    return reduceSum(reshape(gradient, parts), { axes: [axis] });
  }, dy);
  return [sum];
});
