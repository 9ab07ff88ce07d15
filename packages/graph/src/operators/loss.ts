import { type Attributes, int, numberOf, string, stringOf } from '../graph/attribute.js';
import type { Node, Value } from '../graph/graph.js';
import { formatShape, mayBeSame, type TensorType } from '../graph/tensor-type.js';
import { floatInputOf, inputOf, type Operator } from './operator.js';

const reductions = ['none', 'mean', 'sum'] as const;
export type LossReduction = (typeof reductions)[number];

export interface ClassLossOptions {
  /** Weights of the classes, `[classes]`. Default: 1. */
  readonly weights?: Value;
  /** Default: mean, weighted by the weights of the labels. */
  readonly reduction?: LossReduction;
  /** A label whose elements are ignored. Default: none. */
  readonly ignoreIndex?: number;
}

/** The second output is the log-probabilities. */
export const softmaxCrossEntropyLossOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = floatInputOf(node, 0);
    return [inferLoss(node), { dtype, shape }];
  },
};

export const negativeLogLikelihoodLossOperator: Operator = { infer: (node) => [inferLoss(node)] };

function inferLoss(node: Node): TensorType {
  const [{ dtype, shape }, labels, weights] = [floatInputOf(node, 0), inputOf(node, 1), node.inputs[2]];
  if (shape.length < 2) throw new RangeError('the input must have two dimensions or more');
  const [n, classes, ...rest] = shape;
  if (!mayBeSame(labels.shape, [n!, ...rest]))
    throw new RangeError(`the labels must be ${formatShape([n!, ...rest])}`);
  if (labels.dtype !== 'int64' && labels.dtype !== 'int32')
    throw new RangeError(`the labels are ${labels.dtype}; int32 and int64 are supported`);
  if (weights && (weights.dtype !== dtype || !mayBeSame(weights.shape, [classes!])))
    throw new RangeError(`the weights must be ${dtype} [${classes}], one per class`);
  return { dtype, shape: reductionOf(node) === 'none' ? labels.shape : [] };
}

/** How a loss reduces the losses of elements. */
export function reductionOf({ attributes }: Node): LossReduction {
  const given = stringOf(attributes, 'reduction', 'mean');
  const reduction = reductions.find((name) => name === given);
  if (!reduction) throw new RangeError(`reduction ${given} is not supported; ${reductions.join(', ')} are`);
  return reduction;
}

/** The ignored label, or `undefined`. */
export function ignoredLabel({ attributes }: Node): number | undefined {
  return attributes.ignore_index && numberOf(attributes, 'ignore_index', 0);
}

/**
 * `-weights[label] log softmax(x)[label]` along axis 1.
 * @param x `[n, classes, ...]`; @param labels int32 or int64 `[n, ...]`
 */
export function softmaxCrossEntropyLoss(x: Value, labels: Value, options?: ClassLossOptions): Value {
  return loss('SoftmaxCrossEntropyLoss', x, labels, options);
}

/**
 * `-weights[label] x[label]` along axis 1.
 * @param x log-probabilities `[n, classes, ...]`; @param labels int32 or int64 `[n, ...]`
 */
export function negativeLogLikelihoodLoss(x: Value, labels: Value, options?: ClassLossOptions): Value {
  return loss('NegativeLogLikelihoodLoss', x, labels, options);
}

function loss(
  op: string,
  x: Value,
  labels: Value,
  { weights, reduction = 'mean', ignoreIndex }: ClassLossOptions = {},
): Value {
  const attributes: Attributes = {
    reduction: string(reduction),
    ...(ignoreIndex !== undefined && { ignore_index: int(ignoreIndex) }),
  };
  return x.graph.add(op, weights ? [x, labels, weights] : [x, labels], attributes).outputs[0]!;
}
