import { int, numberOf } from '../graph/attribute.js';
import type { Value } from '../graph/graph.js';
import { formatShape, normalizeAxis } from '../graph/tensor-type.js';
import { cast } from './cast.js';
import { constantInts } from './contents.js';
import { mul, neg, reciprocal } from './elementwise.js';
import { inputOf, type Operator } from './operator.js';
import { reduceSum } from './reduce.js';
import { sizeValueOf } from './shape.js';

export const softmaxOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = inputOf(node, 0);
    normalizeAxis(numberOf(node.attributes, 'axis', -1), shape.length);
    return [{ dtype, shape }];
  },
};

export const oneHotOperator: Operator = {
  infer: (node) => {
    const [depth] = constantInts(node, 1) ?? [];
    if (depth === undefined) throw new RangeError('the depth is missing');
    if (numberOf(node.attributes, 'axis', -1) !== -1) throw new RangeError('only axis -1 is supported');
    return [{ dtype: inputOf(node, 2).dtype, shape: [...inputOf(node, 0).shape, depth] }];
  },
};

/** `exp(x) / sum(exp(x))` along an axis; default: the last. */
export function softmax(x: Value, axis = -1): Value {
  return x.graph.add('Softmax', [x], { axis: int(axis) }).outputs[0]!;
}

/** `x - log(sum(exp(x)))` along an axis; default: the last. */
export function logSoftmax(x: Value, axis = -1): Value {
  return x.graph.add('LogSoftmax', [x], { axis: int(axis) }).outputs[0]!;
}

/**
 * Encodes int64 class numbers `[...]` as `[..., classes]`: 1, or the scalar `on`, at the class, 0 elsewhere, in the type of
 * `on` (default: float32).
 */
export function oneHot(labels: Value, classes: number, on?: Value): Value {
  const { graph } = labels;
  const depth = graph.constant(classes, { dtype: 'int64' });
  const hot = (values: Value) => graph.add('OneHot', [labels, depth, values], { axis: int(-1) }).outputs[0]!;
  const bits = graph.constant([0, 1]);
  if (!on) return hot(bits);
  // ONNX Runtime has no OneHot of float64.
  return on.dtype === 'float32' ? hot(mul(bits, on)) : mul(cast(hot(bits), on.dtype), on);
}

/**
 * Mean cross-entropy `-mean(log softmax(logits)[label])`, a scalar.
 * @param logits `[n, classes]`; @param labels int64 `[n]`
 */
export function softmaxCrossEntropy(logits: Value, labels: Value): Value {
  const classes = logits.shape[1];
  if (
    logits.shape.length !== 2 ||
    typeof classes !== 'number' ||
    labels.shape.length !== 1 ||
    labels.dtype !== 'int64'
  )
    throw new RangeError(
      `softmaxCrossEntropy: needs logits [n, classes] and int64 labels [n], not ${formatShape(logits.shape)} and ${labels.dtype} ${formatShape(labels.shape)}`,
    );
  const share = neg(reciprocal(cast(sizeValueOf(labels), logits.dtype)));
  return reduceSum(mul(logSoftmax(logits), oneHot(labels, classes, share)));
}
