import { permutationOf, reshape, transpose } from '../operators/shape.js';
import { singleOutput } from './gradient-rule.js';

/** Reshape and Flatten: back to the input's shape */
export const reshapeGradient = singleOutput(({ inputs: [x] }, dy) => [reshape(dy, x!.shape)]);

/** Transpose: by the inverse order */
export const transposeGradient = singleOutput(({ attributes }, dy) => {
  const perm = permutationOf(attributes, dy.shape.length);
  return [
    transpose(
      dy,
      perm.map((_, i) => perm.indexOf(i)),
    ),
  ];
});
