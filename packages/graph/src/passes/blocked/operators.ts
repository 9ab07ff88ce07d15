import { floats, int, ints, string } from '../../graph/attribute.js';
import type { Value } from '../../graph/graph.js';
import { type Dim, type Shape, sizeOf } from '../../graph/tensor-type.js';
import { type ConvWindow, kernelOf } from '../../operators/conv.js';
import { reshape } from '../../operators/shape.js';

/**
 * ONNX Runtime's operators in its own layout of `[n, c, h, w]`, which stores channels in blocks of 8 or 16:
 * `[n, c / block, h, w, block]`. The stated shape of a blocked value is that of the plain one.
 */
const domain = 'com.microsoft.nchwc';

function add(op: string, inputs: (Value | undefined)[], attributes: object, shape: Shape): Value {
  const { graph, dtype } = inputs[0]!;
  return graph.add(`${domain}.${op}`, inputs, { ...attributes }, { outputTypes: [{ dtype, shape }] })
    .outputs[0]!;
}

/** Converts to the blocked layout. */
export function reorderInput(x: Value): Value {
  return add('ReorderInput', [x], {}, x.shape);
}

/** Converts from the blocked layout. */
export function reorderOutput(x: Value): Value {
  return add('ReorderOutput', [x], { channels: int(x.shape[1] as number) }, x.shape);
}

export interface BlockedConvOptions {
  readonly window: ConvWindow;
  /** `[channels out]` */
  readonly bias?: Value | undefined;
  /** Added to the output, and of its shape. */
  readonly sum?: Value | undefined;
  /** The activation applied last, and its parameters. */
  readonly activation?:
    | { readonly op: 'Relu' | 'HardSigmoid'; readonly numbers?: readonly number[] }
    | undefined;
}

/** `activation(conv(x, w) + bias + sum)` for weights from {@link blockWeights}; output `[n, channels, ...plane]`. */
export function blockedConv(x: Value, w: Value, shape: Shape, options: BlockedConvOptions): Value {
  const { window, bias, sum, activation } = options;
  const attributes = {
    kernel_shape: ints(window.kernel),
    strides: ints(window.strides),
    pads: ints(window.pads),
    dilations: ints(window.dilations),
    group: int(window.groups),
    ...(activation && { activation: string(activation.op) }),
    ...(activation?.numbers && { activation_params: floats(activation.numbers) }),
  };
  const inputs = sum ? [x, w, bias, sum] : bias ? [x, w, bias] : [x, w];
  return add('Conv', inputs, attributes, shape);
}

/** Mean of each plane, `[n, c, 1, 1]`, which is the same in both layouts. */
export function planeMeans(x: Value): Value {
  return add('GlobalAveragePool', [x], {}, [x.shape[0]!, x.shape[1]!, 1, 1]);
}

/**
 * Sum of `x y` over each plane, `[n, c]`, as a convolution of every plane of x with the plane of y as its kernel: one pass over
 * both, where a separate product would be written and read again. The batch must be known.
 */
export function planeProducts(x: Value, y: Value): Value {
  const [n, channels, ...plane] = x.shape as number[];
  const planes = n! * channels!;
  const window = { kernel: plane, strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], groups: planes };
  const sums = blockedConv(
    reshape(x, [1, planes, ...plane]),
    reshape(y, [planes, 1, ...plane]),
    [1, planes, 1, 1],
    { window },
  );
  return reshape(sums, [n!, channels!]);
}

/**
 * Returns 1 where x is positive, 0 elsewhere, in one pass on all threads. A comparison and a cast take two passes, the second
 * on one thread. The factor scales all normal numbers beyond 1; numbers below 1e-38 may give a fraction.
 */
export function positive(x: Value): Value {
  return eachChannel(x, ones(x), { activation: { op: 'HardSigmoid', numbers: [2 ** 127, 0] } });
}

/** `x scale + bias` per channel, both `[c]`, as a convolution of each channel with one weight. */
export function scaleShift(x: Value, scale: Value, options: Omit<BlockedConvOptions, 'window'> = {}): Value {
  return eachChannel(x, reshape(scale, [x.shape[1]!, 1, 1, 1]), options);
}

/** Pads every row with zeros left and right, by a convolution of each channel with 1, which unlike Pad runs on all threads. */
export function padColumns(x: Value, [left, right]: readonly [number, number]): Value {
  return left + right === 0 ? x : eachChannel(x, ones(x), {}, [left, right]);
}

/** Convolves each channel with one of the weights `[c, 1, 1, 1]`, with zeros left and right. */
function eachChannel(
  x: Value,
  weights: Value,
  options: Omit<BlockedConvOptions, 'window'>,
  [left, right]: readonly [number, number] = [0, 0],
): Value {
  const [n, channels, height, width] = x.shape as [Dim, number, Dim, number];
  const window = {
    kernel: [1, 1],
    strides: [1, 1],
    pads: [0, left, 0, right],
    dilations: [1, 1],
    groups: channels,
  };
  return blockedConv(x, weights, [n, channels, height, width + left + right], { ...options, window });
}

function ones({ graph, shape: [, channels] }: Value): Value {
  return graph.constant(new Float32Array(channels as number).fill(1), {
    shape: [channels as number, 1, 1, 1],
  });
}

/**
 * Converts weights `[o, i, kh, kw]` to the order that a blocked convolution takes: `[o / block, i / block, kh, kw, i block,
 * o block]` or, for fewer inputs than a block, which stay plain, `[o / block, i, kh, kw, o block]`. They are reordered as if
 * they were images, first with inputs as channels, then with outputs.
 */
export function blockWeights(w: Value, block: number): Value {
  const [o, i] = w.shape as [number, number];
  const size = sizeOf(kernelOf(w));
  const inputs = i < block || size === 1 ? w : reorderInput(w);
  return reshape(reorderInput(reshape(inputs, [o / block, block, 1, i * size])), w.shape);
}
