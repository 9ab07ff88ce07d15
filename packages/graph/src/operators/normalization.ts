import { float, int, numberOf } from '../graph/attribute.js';
import type { Node, Value } from '../graph/graph.js';
import { mayBeSame, normalizeAxis } from '../graph/tensor-type.js';
import { broadcastShapes } from './broadcast.js';
import { checkSameType, floatInputOf, inputOf, type Operator } from './operator.js';

export interface LayerNormalizationOptions {
  /** The first of the dimensions that are normalised; all after it are too. Default: the last. */
  readonly axis?: number;
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
}

export interface GroupNormalizationOptions {
  /** Number of groups; it divides the number of channels. */
  readonly groups: number;
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
}

/** The dimensions that a LayerNormalization normalises. */
export function layerAxes(node: Node): number[] {
  const rank = inputOf(node, 0).shape.length;
  const axis = normalizeAxis(numberOf(node.attributes, 'axis', -1), rank);
  return Array.from({ length: rank - axis }, (_, i) => axis + i);
}

/** Outputs: the normalised input and, if the node has them, mean and 1 / sqrt(variance + epsilon). */
export const layerNormalizationOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = floatInputOf(node, 0);
    checkSameType(node);
    const axes = layerAxes(node);
    const normalized = shape.slice(axes[0]);
    for (const [i, name] of ['scale', 'bias'].entries()) {
      const factor = i === 0 ? inputOf(node, 1) : node.inputs[2];
      if (factor && !mayBeSame(broadcastShapes(factor.shape, normalized), normalized))
        throw new RangeError(`the ${name} does not broadcast to [${normalized.join(', ')}]`);
    }
    const statistic = { dtype, shape: shape.map((dim, i) => (axes.includes(i) ? 1 : dim)) };
    return [{ dtype, shape }, statistic, statistic];
  },
};

export const instanceNormalizationOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = floatInputOf(node, 0);
    if (shape.length < 3) throw new RangeError('the input must have three dimensions or more');
    checkPerChannel(node);
    return [{ dtype, shape }];
  },
};

/** As of operator set 21, with one scale and bias per channel. Older nodes have one per group, which the reader converts. */
export const groupNormalizationOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = floatInputOf(node, 0);
    if (shape.length < 3) throw new RangeError('the input must have three dimensions or more');
    checkPerChannel(node);
    const groups = groupsOf(node);
    const channels = shape[1]!;
    if (typeof channels !== 'number') throw new RangeError('the number of channels is symbolic');
    if (!(groups >= 1) || channels % groups)
      throw new RangeError(`num_groups ${groups} must be 1 or more and divide the ${channels} channels`);
    return [{ dtype, shape }];
  },
  opset: () => 21,
};

export function groupsOf({ attributes }: Node): number {
  return numberOf(attributes, 'num_groups', 0);
}

function checkPerChannel(node: Node): void {
  checkSameType(node);
  const channels = inputOf(node, 0).shape[1]!;
  for (const [i, name] of ['scale', 'bias'].entries())
    if (!mayBeSame(inputOf(node, i + 1).shape, [channels]))
      throw new RangeError(`the ${name} must be [${channels}], one value per channel`);
}

/**
 * `scale (x - mean) / sqrt(variance + epsilon) + bias` by mean and variance of the last dimensions, to which scale and bias
 * broadcast.
 */
export function layerNormalization(
  x: Value,
  scale: Value,
  bias?: Value,
  { axis = -1, epsilon = 1e-5 }: LayerNormalizationOptions = {},
): Value {
  const attributes = { axis: int(axis), epsilon: float(epsilon) };
  return x.graph.add('LayerNormalization', bias ? [x, scale, bias] : [x, scale], attributes).outputs[0]!;
}

/**
 * `scale (x - mean) / sqrt(variance + epsilon) + bias` by mean and variance of each plane of x `[n, c, ...]`; scale and bias
 * are `[c]`.
 */
export function instanceNormalization(
  x: Value,
  scale: Value,
  bias: Value,
  { epsilon = 1e-5 }: { readonly epsilon?: number } = {},
): Value {
  return x.graph.add('InstanceNormalization', [x, scale, bias], { epsilon: float(epsilon) }).outputs[0]!;
}

/**
 * `scale (x - mean) / sqrt(variance + epsilon) + bias` by mean and variance of each group of channels of x `[n, c, ...]`; scale
 * and bias are `[c]`.
 */
export function groupNormalization(
  x: Value,
  scale: Value,
  bias: Value,
  { groups, epsilon = 1e-5 }: GroupNormalizationOptions,
): Value {
  const attributes = { num_groups: int(groups), epsilon: float(epsilon) };
  return x.graph.add('GroupNormalization', [x, scale, bias], attributes).outputs[0]!;
}
