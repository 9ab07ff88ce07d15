import { reluOutputOf } from '../../composites/annotations.js';
import { numberOf } from '../../graph/attribute.js';
import type { Node, Value } from '../../graph/graph.js';
import { type DType, sameShape } from '../../graph/tensor-type.js';
import { epsilonOf, isTraining } from '../../operators/batch-normalization.js';
import { convWindowOf, outputPaddingOf } from '../../operators/conv.js';
import { add, div, max, mul, sqrt, sub } from '../../operators/elementwise.js';
import { reducedAxes, reduceMean, reduceSum } from '../../operators/reduce.js';
import { reshape } from '../../operators/shape.js';
import { knownSizes } from '../known-sizes.js';
import type { Fusions } from './fusions.js';
import type { Layouts } from './layouts.js';
import {
  type BlockedConvOptions,
  blockedConv,
  planeMeans,
  planeProducts,
  positive,
  scaleShift,
} from './operators.js';
import { blockedTransposedConvolution } from './transposed-convolution.js';

/** A node to convert to the blocked layout. */
export interface Place {
  readonly layouts: Layouts;
  readonly fusions: Fusions;
  readonly node: Node;
  /** Inputs in the new graph, some of them blocked. */
  readonly inputs: readonly (Value | undefined)[];
  /** The nodes of the old graph that use a value. */
  readonly uses: ReadonlyMap<Value, readonly Node[]>;
}

/** Returns the outputs of the node, or `undefined` to leave it in the plain layout. */
export type BlockedRule = (place: Place) => readonly Value[] | undefined;

export const blockedRules: Readonly<Record<string, BlockedRule>> = {
  Add: elementwise,
  BatchNormalization: batchNormalization,
  Conv: convolution,
  ConvTranspose: transposedConvolution,
  Div: elementwise,
  GlobalAveragePool: globalAveragePool,
  Greater: elementwise,
  Less: elementwise,
  Mul: elementwise,
  Neg: elementwise,
  ReduceMean: reduceChannels,
  ReduceSum: reduceChannels,
  Relu: relu,
  // Independent of the layout, so that no value has to be converted for them.
  Shape: ({ node, inputs }) => knownSizes(node, inputs),
  Size: ({ node, inputs }) => knownSizes(node, inputs),
  Sub: elementwise,
  Where: choice,
};

function convolution({ layouts, node, inputs: [x, w, bias] }: Place): Value[] | undefined {
  const window = convWindowOf(node);
  return window.groups === 1 ? blockedConvolution(layouts, x!, w!, window, bias) : undefined;
}

function transposedConvolution({ layouts, node, inputs: [x, w, bias] }: Place): Value[] | undefined {
  const window = convWindowOf(node);
  const outputPadding = outputPaddingOf(node, window);
  const y = blockedTransposedConvolution(layouts, {
    x: x!,
    w: layouts.plain(w!),
    bias,
    window,
    outputPadding,
  });
  return y && [y];
}

function blockedConvolution(
  layouts: Layouts,
  x: Value,
  w: Value,
  window: BlockedConvOptions['window'],
  bias: Value | undefined,
): Value[] | undefined {
  const [channels, inputs] = w.shape;
  const { block } = layouts;
  if (x.dtype !== 'float32' || x.shape.length !== 4 || typeof channels !== 'number' || channels % block !== 0)
    return undefined;
  const few = typeof inputs === 'number' && inputs < block;
  const isSized = typeof inputs === 'number' && x.shape.slice(2).every((dim) => typeof dim === 'number');
  if (!isSized || (!few && !layouts.fits(x))) return undefined;
  const plane = window.kernel.map((kernel, i) => {
    const reach = window.dilations[i]! * (kernel - 1) + 1;
    const size = (x.shape[i + 2] as number) + window.pads[i]! + window.pads[i + 2]!;
    return Math.floor((size - reach) / window.strides[i]!) + 1;
  });
  const from = few ? layouts.plain(x) : layouts.blocked(x);
  const weights = layouts.weights(layouts.plain(w));
  return [layouts.mark(blockedConv(from, weights, [x.shape[0]!, channels, ...plane], { window, bias }))];
}

/**
 * Computes statistics as means over planes, then over the batch, and normalises with one multiplication and addition per
 * channel. The variance as E[x²] - E[x]² has a relative error of about 1e-6 (mean / deviation)²; from x - mean it would take
 * another pass (docs/engine.md).
 */
function batchNormalization({ layouts, fusions, node, inputs, uses }: Place): Value[] | undefined {
  const [x, scale, bias, givenMean, givenVariance] = inputs as Value[];
  if (!layouts.isBlocked(x)) return undefined;
  const training = isTraining(node);
  const mean = training ? channelMeans(x!) : givenMean!;
  // Rounding must not make a variance negative.
  const variance = training ? max(sub(meanOfSquares(x!), mul(mean, mean)), 0) : givenVariance!;
  const factor = div(scale!, sqrt(add(variance, epsilonOf(node))));
  const shift = sub(bias!, mul(mean, factor));
  const consumers = uses.get(node.outputs[0]!) ?? [];
  const activated = consumers.length === 1 && consumers[0]!.op === 'Relu';
  const make = (sum?: Value) =>
    layouts.mark(
      scaleShift(x!, factor, { bias: shift, sum, activation: activated ? { op: 'Relu' } : undefined }),
    );
  const y = activated ? fusions.markActivated(make()) : fusions.addable(make);
  return training ? [y, mean, variance] : [y];
}

function relu(place: Place): readonly Value[] | undefined {
  return place.fusions.isActivated(place.inputs[0]!) ? [place.inputs[0]!] : elementwise(place);
}

/** Element types that can be reordered. */
const reordered: ReadonlySet<DType> = new Set<DType>(['float32', 'bool']);

/** Elementwise operators over blocked values of one shape, scalars, and, for products, one number per channel. */
function elementwise({ layouts, fusions, node, inputs, uses }: Place): Value[] | undefined {
  const operands = inputs as Value[];
  const blocked = operands.find((value) => layouts.isBlocked(value));
  if (!blocked) return undefined;
  const others = operands.filter((value) => !sameShape(value.shape, blocked.shape));
  const [other] = others;
  if (node.op === 'Mul' && other && isPerChannel(other, blocked)) {
    const scale = reshape(other, [blocked.shape[1]!]);
    return [fusions.addable((sum) => layouts.mark(scaleShift(blocked, scale, { sum })))];
  }
  if (others.some((value) => value.shape.length > 0)) return undefined;
  if (operands.some(({ shape, dtype }) => shape.length > 0 && !reordered.has(dtype))) return undefined;
  const same = operands.map((value) => (value.shape.length === 0 ? value : layouts.blocked(value)));
  if (node.op === 'Add' && others.length === 0) {
    const [index, make] = onlyUsedHere({ fusions, node, uses }, same) ?? [];
    if (make) return [make(same[1 - index!]!)];
  }
  const result = layouts.mark(blocked.graph.add(node.op, same, node.attributes).outputs[0]!);
  if (node.op === 'Mul' && others.length === 0) fusions.markProduct(result, same as [Value, Value]);
  return [result];
}

/** Operators with an infinite derivative at 0: a product with 0 would be NaN where Where gives 0. */
const steep: ReadonlySet<string> = new Set(['Div', 'Log', 'Pow', 'Reciprocal', 'Sqrt']);

/** Computes the gradient of a ReLU as a product: Where takes ONNX Runtime three passes over memory. */
function choice(place: Place): Value[] | undefined {
  const { layouts, node, inputs } = place;
  const [condition, dy] = inputs as [Value, Value];
  const y = reluOutputOf(node.outputs[0]!);
  const [asked] = condition.producer?.op === 'Greater' ? condition.producer.inputs : [];
  const isSteep = y?.graph.nodes.some((user) => steep.has(user.op) && user.inputs.includes(y));
  if (!y || !asked || isSteep) return elementwise(place);
  if (!layouts.isBlocked(asked) && !layouts.isBlocked(dy)) return undefined;
  return [layouts.mark(mul(layouts.blocked(dy), positive(layouts.blocked(asked))))];
}

/** The operand that can be made with the other one added, as no other node uses it. */
function onlyUsedHere(
  { fusions, node: { inputs }, uses }: Pick<Place, 'fusions' | 'node' | 'uses'>,
  operands: readonly Value[],
): [number, (sum: Value) => Value] | undefined {
  for (const index of [0, 1]) {
    const make = fusions.withSum(operands[index]!);
    if (make && uses.get(inputs[index]!)?.length === 1) return [index, make];
  }
  return undefined;
}

/** Whether one value is `[c, 1, 1]` or `[1, c, 1, 1]` and the other `[n, c, h, w]`. */
function isPerChannel({ shape }: Value, { shape: whole }: Value): boolean {
  return (
    sameShape(shape.slice(-3), [whole[1]!, 1, 1]) &&
    (shape.length === 3 || (shape.length === 4 && shape[0] === 1))
  );
}

/** A sum or mean over all dimensions except the channels. */
function reduceChannels({ layouts, fusions, node, inputs: [x] }: Place): Value[] | undefined {
  if (!layouts.isBlocked(x) || !sameShape([...reducedAxes(node)].sort(), [0, 2, 3])) return undefined;
  if (numberOf(node.attributes, 'keepdims', 1) === 1) return undefined;
  const product = fusions.factorsOf(x!);
  if (node.op === 'ReduceSum' && product && typeof x!.shape[0] === 'number')
    return [reduceSum(planeProducts(...product), { axes: [0] })];
  const means = reshape(planeMeans(x!), [x!.shape[0]!, x!.shape[1]!]);
  if (node.op === 'ReduceMean') return [reduceMean(means, { axes: [0] })];
  const [, , height, width] = x!.shape as number[];
  return [mul(reduceSum(means, { axes: [0] }), height! * width!)];
}

function globalAveragePool({ layouts, inputs: [x] }: Place): Value[] | undefined {
  return layouts.isBlocked(x) ? [planeMeans(x!)] : undefined;
}

function meanOfSquares(x: Value): Value {
  const [n, , height, width] = x.shape as number[];
  if (typeof n !== 'number') return channelMeans(mul(x, x));
  return mul(reduceSum(planeProducts(x, x), { axes: [0] }), 1 / (n * height! * width!));
}

function channelMeans(x: Value): Value {
  return reduceMean(reshape(planeMeans(x), [x.shape[0]!, x.shape[1]!]), { axes: [0] });
}
