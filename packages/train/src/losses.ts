import { mul, reduceMean, reshape, softmaxCrossEntropy, sub, type Value } from '@spectrain/graph';
import { type Target, targetShapeOf } from './target.js';

/**
 * `crossEntropy`: mean over all labels of `log Σ exp(z) - z[label]`, for classes that exclude each other.
 *
 * `mse`: mean over the n examples and all values of their targets of `(output - target)²`, without a factor 1/2: with m values
 * an example, its gradient by an output is `2 (output - target) / (n m)`. It is what PyTorch's `mse_loss` computes.
 */
export type LossName = 'crossEntropy' | 'mse';

/**
 * A loss of one's own: operators of `@spectrain/graph` that make one number, a float scalar, of the network's output and the
 * targets. It is to be the mean over the examples of the batch: an evaluation weights batches by their size.
 *
 * The output is `[n, ...labelShape, classes]` and the targets are class numbers, int64 `[n, ...labelShape]`; in regression both
 * are floats `[n, ...targetShape]`.
 */
export type LossFunction = (output: Value, targets: Value) => Value;

export type Loss = LossName | LossFunction;

/**
 * The loss to train by: the one that is given, or that of the model, or the usual one of the targets.
 * @throws RangeError for one that is not known, not for these targets, or not that of the model
 */
export function lossFor(target: Target, given: Loss | undefined, ofModel: Loss | undefined): Loss {
  if (given !== undefined && ofModel !== undefined && given !== ofModel)
    throw new RangeError(
      `loss: ${nameOf(given)} is not allowed for a model that was made for ${nameOf(ofModel)}; give it to modelFromOnnx.`,
    );
  const isRegression = targetShapeOf(target) !== undefined;
  const usual = isRegression ? 'mse' : 'crossEntropy';
  const loss = given ?? ofModel ?? usual;
  if (loss === usual || typeof loss === 'function') return loss;
  throw new RangeError(
    `loss: ${nameOf(loss)} is not allowed where the targets are ${isRegression ? 'numbers' : 'classes'}; '${usual}' or a function is.`,
  );
}

function nameOf(loss: Loss): string {
  return typeof loss === 'function' ? 'a function' : `'${loss}'`;
}

/**
 * Adds a loss to the graph of a network.
 * @throws RangeError when a function does not return a float scalar
 */
export function addLoss(loss: Loss, output: Value, targets: Value): Value {
  if (loss === 'crossEntropy') return crossEntropy(output, targets);
  if (loss === 'mse') return meanSquaredError(output, targets);
  const result = loss(output, targets);
  if (result.shape.length > 0 || result.dtype !== output.dtype)
    throw new RangeError(
      `loss: the function must return a scalar, ${output.dtype} []; it returned ${result.dtype} [${result.shape.join(', ')}].`,
    );
  return result;
}

/** @param logits `[n, ...labelShape, classes]`; @param labels int64 `[n, ...labelShape]` */
function crossEntropy(logits: Value, labels: Value): Value {
  if (labels.shape.length === 1) return softmaxCrossEntropy(logits, labels);
  return softmaxCrossEntropy(reshape(logits, [-1, logits.shape.at(-1)!]), reshape(labels, [-1]));
}

/** @param output `[n, ...targetShape]`; @param targets the same */
function meanSquaredError(output: Value, targets: Value): Value {
  const error = sub(output, targets);
  return reduceMean(mul(error, error));
}
