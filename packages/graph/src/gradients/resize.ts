import { resizeByTransposes, resizeTerms } from '../composites/resize-matrices.js';
import type { Node, Value } from '../graph/graph.js';
import { reduceSum } from '../operators/reduce.js';
import { type ResizedAxis, resizedAxes } from '../operators/resize.js';
import { reshape } from '../operators/shape.js';
import { singleOutput } from './gradient-rule.js';

/**
 * y = x resized, which is linear along each axis: dx is dy times the transposed matrices. If every element was repeated equally
 * often, dx is the sum over its repetitions.
 */
export const resizeGradient = singleOutput((node, dy) => {
  const axes = resizedAxes(node);
  return [
    axes.every((axis) => repeats(node, axis)) ? sumOfRepetitions(dy, axes) : resizeByTransposes(node, dy),
  ];
});

function repeats(node: Node, axis: ResizedAxis): boolean {
  const count = axis.to / axis.from;
  return (
    Number.isInteger(count) &&
    resizeTerms(node, axis).every(
      (terms, i) => terms.length === 1 && terms[0]!.from === Math.floor(i / count),
    )
  );
}

function sumOfRepetitions(dy: Value, axes: readonly ResizedAxis[]): Value {
  const apart = dy.shape.flatMap((dim, i) => {
    const resized = axes.find(({ axis }) => axis === i);
    return resized ? [resized.from, resized.to / resized.from] : [dim];
  });
  const sorted = axes.map(({ axis }) => axis).sort((a, b) => a - b);
  return axes.length ? reduceSum(reshape(dy, apart), { axes: sorted.map((axis, i) => axis + i + 1) }) : dy;
}
