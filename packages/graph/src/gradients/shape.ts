import { permutationOf, reshapeLike, transpose } from '../operators/shape.js';
import { singleOutput, sumToShapeOf } from './gradient-rule.js';

/** Reshape, Flatten, Squeeze and Unsqueeze: dy in the shape of the input */
export const reshapeGradient = singleOutput(({ inputs: [x] }, dy) => [reshapeLike(dy, x!)]);

/** Transpose: dy in the inverse order */
export const transposeGradient = singleOutput(({ attributes }, dy) => {
  const perm = permutationOf(attributes, dy.shape.length);
  return [
    transpose(
      dy,
      perm.map((_, i) => perm.indexOf(i)),
    ),
  ];
});

/** Expand: dy summed over the repetitions */
export const expandGradient = singleOutput(({ inputs: [x] }, dy) => [sumToShapeOf(dy, x!)]);
