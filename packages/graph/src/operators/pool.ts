import { int, ints, intsOf, numberOf } from '../graph/attribute.js';
import type { Node, Value } from '../graph/graph.js';
import { formatShape } from '../graph/tensor-type.js';
import { inputOf, type Operator } from './operator.js';
import { spanOf, type Window, windowOf, windowPlane } from './window.js';

/** Lists have one number per dimension of the plane. */
export interface PoolOptions {
  readonly kernel: readonly number[];
  /** Default: 1. */
  readonly strides?: readonly number[];
  /** One number for all sides, or numbers before each dimension, then after each. Default: 0. */
  readonly pads?: number | readonly number[];
  /** Whether a window that begins in the input and reaches beyond its end counts. Default: false. */
  readonly ceilMode?: boolean;
}

export interface AveragePoolOptions extends PoolOptions {
  /** Whether the mean counts padding as zeros. Default: false, the mean of the elements of the input. */
  readonly countIncludePad?: boolean;
}

export interface MaxPoolOptions extends PoolOptions {
  /** Default: 1. */
  readonly dilations?: readonly number[];
}

export const globalPoolOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = inputOf(node, 0);
    if (shape.length < 3) throw new RangeError('the input must have three dimensions or more');
    return [{ dtype, shape: shape.map((dim, i) => (i < 2 ? dim : 1)) }];
  },
};

export const averagePoolOperator: Operator = {
  infer: (node) => {
    if (poolWindowOf(node).dilations.some((dilation) => dilation !== 1))
      throw new RangeError('dilations are not supported: operator set 18 has them for MaxPool only');
    return [poolType(node)];
  },
};

/** The second output is the index of each maximum among all elements of the input. The gradient needs it. */
export const maxPoolOperator: Operator = {
  outputs: 2,
  infer: (node) => {
    const type = poolType(node);
    return [type, { ...type, dtype: 'int64' }];
  },
};

function poolType(node: Node) {
  const { dtype, shape } = inputOf(node, 0);
  const rounding = numberOf(node.attributes, 'ceil_mode', 0) === 0 ? 'floor' : 'ceil';
  return { dtype, shape: [shape[0]!, shape[1]!, ...windowPlane(node, poolWindowOf(node), rounding)] };
}

/** The window of a MaxPool or AveragePool node. */
export function poolWindowOf(node: Node): Window {
  const kernel = intsOf(node.attributes, 'kernel_shape') ?? [];
  const rank = inputOf(node, 0).shape.length;
  if (rank < 3 || rank > 5 || kernel.length !== rank - 2)
    throw new RangeError('the input must have 3 to 5 dimensions, the kernel 2 fewer');
  const window = windowOf(node, kernel);
  // As in PyTorch and ONNX Runtime: no window may lie entirely in the padding.
  if (window.pads.some((side, i) => side >= spanOf(window, i % kernel.length)))
    throw new RangeError(
      `pads ${formatShape(window.pads)} must be less than the kernel, ${formatShape(kernel)}`,
    );
  return window;
}

/** Mean over each plane: `[n, c, h, w]` to `[n, c, 1, 1]`. */
export function globalAveragePool(x: Value): Value {
  return x.graph.add('GlobalAveragePool', [x]).outputs[0]!;
}

/** The largest element of each plane: `[n, c, h, w]` to `[n, c, 1, 1]`. */
export function globalMaxPool(x: Value): Value {
  return x.graph.add('GlobalMaxPool', [x]).outputs[0]!;
}

/** The mean of each window: `[n, c, h, w]` to `[n, c, oh, ow]`. The plane may also have one or three dimensions. */
export function averagePool(x: Value, { countIncludePad = false, ...options }: AveragePoolOptions): Value {
  const attributes = { ...poolAttributes(options), count_include_pad: int(countIncludePad ? 1 : 0) };
  return x.graph.add('AveragePool', [x], attributes).outputs[0]!;
}

/** The largest element of each window: `[n, c, h, w]` to `[n, c, oh, ow]`. The plane may also have one or three dimensions. */
export function maxPool(x: Value, options: MaxPoolOptions): Value {
  return maxPoolWithIndices(x, options).y;
}

/** {@link maxPool}, and the index of each maximum among all elements of `x`, int64; the first of equal elements. */
export function maxPoolWithIndices(
  x: Value,
  { dilations, ...options }: MaxPoolOptions,
): { y: Value; indices: Value } {
  const dilated = dilations && { dilations: ints(dilations) };
  const [y, indices] = x.graph.add('MaxPool', [x], { ...poolAttributes(options), ...dilated }).outputs;
  return { y: y!, indices: indices! };
}

function poolAttributes({ kernel, strides, pads = 0, ceilMode = false }: PoolOptions) {
  return {
    kernel_shape: ints(kernel),
    strides: ints(strides ?? kernel.map(() => 1)),
    pads: ints(typeof pads === 'number' ? kernel.flatMap(() => [pads, pads]) : pads),
    ceil_mode: int(ceilMode ? 1 : 0),
  };
}
