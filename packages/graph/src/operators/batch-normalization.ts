import { float, int, numberOf } from '../graph/attribute.js';
import type { Node, Value } from '../graph/graph.js';
import { checkSameType, inputOf, type Operator } from './operator.js';

export interface BatchNormalizationOptions {
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
}

/** Whether a BatchNormalization node uses the statistics of the batch. */
export function isTraining({ attributes }: Node): boolean {
  return numberOf(attributes, 'training_mode', 0) === 1;
}

export function epsilonOf({ attributes }: Node): number {
  return numberOf(attributes, 'epsilon', 1e-5);
}

export const batchNormalizationOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = inputOf(node, 0);
    checkSameType(node);
    const channels = shape[1];
    if (channels === undefined) throw new RangeError('the input must have two dimensions or more');
    for (let i = 1; i < 5; i++) {
      const statistic = inputOf(node, i).shape;
      if (statistic.length !== 1 || statistic[0] !== channels)
        throw new RangeError(`input ${i} must be [${channels}], one value per channel`);
    }
    const perChannel = { dtype, shape: [channels] };
    return isTraining(node) ? [{ dtype, shape }, perChannel, perChannel] : [{ dtype, shape }];
  },
};

/** `scale (x - mean) / sqrt(variance + epsilon) + bias` per channel, x `[n, c, ...]`, the others `[c]`. */
export function batchNormalization(
  x: Value,
  scale: Value,
  bias: Value,
  mean: Value,
  variance: Value,
  { epsilon = 1e-5 }: BatchNormalizationOptions = {},
): Value {
  return x.graph.add('BatchNormalization', [x, scale, bias, mean, variance], { epsilon: float(epsilon) })
    .outputs[0]!;
}

/**
 * Batch normalisation by the mean and (biased) variance of the batch, which are returned as well, `[c]`. In ONNX this is a
 * node in training mode with momentum 0, whose "running" outputs are then the statistics of the batch.
 */
export function batchNormalizationTraining(
  x: Value,
  scale: Value,
  bias: Value,
  { epsilon = 1e-5 }: BatchNormalizationOptions = {},
): { y: Value; mean: Value; variance: Value } {
  const attributes = { epsilon: float(epsilon), momentum: float(0), training_mode: int(1) };
  // With momentum 0 the initial statistics have no weight: scale and bias stand in for them.
  const node = x.graph.add('BatchNormalization', [x, scale, bias, bias, scale], attributes, { outputs: 3 });
  const [y, mean, variance] = node.outputs;
  return { y: y!, mean: mean!, variance: variance! };
}
