import { perChannel } from '../composites/per-channel.js';
import type { Graph, Node, Value } from '../graph/graph.js';
import { sameShape } from '../graph/tensor-type.js';
import { batchNormalization, epsilonOf, isTraining } from '../operators/batch-normalization.js';
import { cast } from '../operators/cast.js';
import { div, sub } from '../operators/elementwise.js';
import { reduceMean, reduceSum, reduceSumSquare } from '../operators/reduce.js';
import { sizeValueOf } from '../operators/shape.js';
import { withExplicitPads } from './explicit-pads.js';
import { knownSizes } from './known-sizes.js';
import { asFloorPool } from './pool-rounding.js';
import { type RebuildOptions, type Rewrite, rebuild } from './rebuild.js';
import { asConvolution } from './transposed-convolution.js';
import { withoutExpansion } from './unexpanded.js';

/**
 * Puts a graph into the form that ONNX Runtime runs, and runs fast:
 * - drops nodes and constants that no output needs, and annotations;
 * - replaces batch normalisation in training mode, which its CPU provider lacks, by statistics and a normalisation;
 * - replaces transposed convolutions of stride 1 by convolutions, and pools that round up by pools that round down;
 * - drops an Expand before an operator that broadcasts, and a Flatten that changes nothing.
 * @param options.dims sizes for symbolic dimensions of the inputs, by name; values computed from them become constants
 */
export function lower(graph: Graph, { dims }: Pick<RebuildOptions, 'dims'> = {}): Graph {
  const rewrite: Rewrite = (node, inputs) => {
    if (node.op === 'Flatten' && sameShape(node.inputs[0]!.shape, node.outputs[0]!.shape))
      return [inputs[0]!];
    if (node.op === 'Conv') return withExplicitPads(node, inputs);
    if (node.op === 'ConvTranspose') return asConvolution(node, inputs) ?? withExplicitPads(node, inputs);
    if (node.op === 'AveragePool' || node.op === 'MaxPool') return asFloorPool(node, inputs);
    if (node.op === 'BatchNormalization' && isTraining(node)) return lowerBatchNormalization(node, inputs);
    return knownSizes(node, inputs) ?? withoutExpansion(node, inputs);
  };
  // Drops what is no longer needed after the rewrite.
  return rebuild(rebuild(graph, rewrite, { dims }), undefined, { annotations: 'drop' });
}

/**
 * Computes the mean, then the mean square of the deviations, then the fused inference form with them. E[x²] - E[x]² would save
 * a pass, but lose up to 1e-6 (mean / deviation)² of the variance in float32: a quarter if the mean is 1000 deviations, as of years.
 */
function lowerBatchNormalization(node: Node, inputs: readonly (Value | undefined)[]): Value[] {
  const [x, scale, bias] = inputs as [Value, Value, Value];
  const axes = x.shape.flatMap((_, i) => (i === 1 ? [] : [i]));
  const count = div(cast(sizeValueOf(x), x.dtype), cast(sizeValueOf(scale), x.dtype));
  const mean = reduceMean(x, { axes });
  const variance = div(sumOfSquares(sub(x, perChannel(mean, x))), count);
  const y = batchNormalization(x, scale, bias, mean, variance, { epsilon: epsilonOf(node) });
  return [y, mean, variance];
}

/** Sums over each plane, then over the batch: in one step ONNX Runtime would add a whole channel one by one and lose digits. */
function sumOfSquares(x: Value): Value {
  const planes = x.shape.flatMap((_, i) => (i > 1 ? [i] : []));
  return planes.length
    ? reduceSum(reduceSumSquare(x, { axes: planes }), { axes: [0] })
    : reduceSumSquare(x, { axes: [0] });
}
