import { averageWeights, exactPads } from '../composites/pool-weights.js';
import { numberOf } from '../graph/attribute.js';
import type { Value } from '../graph/graph.js';
import { checkTableSize } from '../graph/table-limit.js';
import { sizeOf } from '../graph/tensor-type.js';
import { convTranspose } from '../operators/conv.js';
import { mul } from '../operators/elementwise.js';
import { scatterElements } from '../operators/gather.js';
import { knownDim } from '../operators/operator.js';
import { maxPoolWithIndices, poolWindowOf } from '../operators/pool.js';
import { expandLike, reshape, reshapeLike } from '../operators/shape.js';
import { singleOutput, zerosLike } from './gradient-rule.js';

/** y = mean over the plane: dx is dy / (h w) at every place */
export const globalAveragePoolGradient = singleOutput(({ inputs: [x] }, dy) => {
  const plane = sizeOf(x!.shape.slice(2));
  if (plane === undefined) throw new RangeError('the size of the plane is symbolic');
  return [expandLike(mul(dy, 1 / plane), x!)];
});

/** y = largest element of each window: dx sums dy at the place of each maximum, the first of equal elements */
export const maxPoolGradient = singleOutput(({ inputs: [x], outputs, attributes }, dy) => {
  if (numberOf(attributes, 'storage_order', 0) !== 0)
    throw new RangeError('storage_order 1 is not supported; 0 is');
  return [atPlaces(x!, outputs[1]!, dy)];
});

/** y = largest element of the plane: MaxPool with one window over all of it */
export const globalMaxPoolGradient = singleOutput(({ inputs: [x] }, dy) => {
  const kernel = x!.shape.slice(2).map((_, i) => knownDim(x!, i + 2));
  return [atPlaces(x!, maxPoolWithIndices(x!, { kernel }).indices, dy)];
});

/** Adds `values` to zeros in the shape of `x`, at `indices` that count through all elements. */
function atPlaces(x: Value, indices: Value, values: Value): Value {
  const zeros = reshape(zerosLike(x), [-1]);
  return reshapeLike(scatterElements(zeros, reshape(indices, [-1]), reshape(values, [-1]), 'add'), x);
}

/**
 * y = mean of each window: dx sums, at each element, dy / (elements of the window) over its windows. A transposed convolution
 * with ones does that, channel by channel.
 */
export const averagePoolGradient = singleOutput((node, dy) => {
  const x = node.inputs[0]!;
  const share = mul(dy, averageWeights(node, x.graph));
  const { kernel, strides } = poolWindowOf(node);
  const pads = exactPads(node);
  const plane = dy.shape.slice(2);
  checkTableSize(sizeOf(kernel), 'the kernel');
  const weight = x.graph.constant(Array<number>(sizeOf(kernel)).fill(1), {
    shape: [1, 1, ...kernel],
    dtype: x.dtype,
  });
  const spread = convTranspose(reshape(share, [-1, 1, ...plane]), weight, {
    strides,
    pads: pads.map((side) => Math.max(side, 0)),
    outputPadding: kernel.map((_, i) => Math.max(-pads[i + kernel.length]!, 0)),
  });
  return [reshapeLike(spread, x)];
});
