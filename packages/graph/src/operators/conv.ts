import { int, ints, intsOf, numberOf } from '../graph/attribute.js';
import type { Node, Value } from '../graph/graph.js';
import { type Dim, sameShape } from '../graph/tensor-type.js';
import { checkSameType, inputOf, type Operator } from './operator.js';
import { spanOf, type Window, windowOf, windowPlane } from './window.js';

/** Padding before each dimension of the plane, then after each: top, left, bottom, right. */
export type Pads = readonly number[];

/** The window of a convolution, and the number of groups that channels of input and output are divided into. */
export interface ConvWindow extends Window {
  readonly groups: number;
}

/** Lists have one number per dimension of the plane. */
export interface ConvOptions {
  /** Default: 1. */
  readonly strides?: readonly number[];
  /** One number for all sides, or numbers before each dimension, then after each. Default: 0. */
  readonly pads?: number | Pads;
  /** Default: 1. */
  readonly dilations?: readonly number[];
  /** As many groups as channels make a depthwise convolution. Default: 1. */
  readonly groups?: number;
  /** `[channels out]` */
  readonly bias?: Value;
}

export interface ConvTransposeOptions extends ConvOptions {
  /** Elements added at the end of each dimension, fewer than the stride. Default: 0. */
  readonly outputPadding?: readonly number[];
}

export const convOperator: Operator = {
  infer: (node) => {
    const { x, w } = operands(node);
    const window = convWindowOf(node);
    const [out, channels] = w.shape;
    const { groups } = window;
    checkBias(node, out!);
    if (!divides(groups, out!))
      throw new RangeError(`${out} output channels cannot be divided into ${groups} groups`);
    if (typeof channels === 'number' ? x.shape[1] !== channels * groups : x.shape[1] !== channels)
      throw new RangeError(
        `the input has ${x.shape[1]} channels, the weights take ${channels}${groups === 1 ? '' : ` in each of ${groups} groups`}`,
      );
    return [{ dtype: x.dtype, shape: [x.shape[0]!, out!, ...windowPlane(node, window)] }];
  },
};

export const convTransposeOperator: Operator = {
  infer: (node) => {
    const { x, w } = operands(node);
    if (x.shape[1] !== w.shape[0])
      throw new RangeError(`the input has ${x.shape[1]} channels, the weights take ${w.shape[0]}`);
    if (node.attributes.output_shape)
      throw new RangeError('output_shape is not supported; pads and output_padding are');
    const window = convWindowOf(node);
    const { kernel, strides, pads, groups } = window;
    if (!divides(groups, w.shape[0]!))
      throw new RangeError(`${w.shape[0]} input channels cannot be divided into ${groups} groups`);
    const extra = outputPaddingOf(node, window);
    const plane = kernel.map((_, i): Dim => {
      const size = x.shape[i + 2]!;
      if (typeof size === 'string') return `convTranspose(${size})`;
      const spread = strides[i]! * (size - 1) + spanOf(window, i);
      const length = spread + extra[i]! - pads[i]! - pads[i + kernel.length]!;
      if (length < 1) throw new RangeError('the pads remove the whole output');
      return length;
    });
    const own = w.shape[1]!;
    const channels = groups === 1 ? own : Number(own) * groups;
    checkBias(node, channels);
    return [{ dtype: x.dtype, shape: [x.shape[0]!, channels, ...plane] }];
  },
};

function divides(groups: number, channels: Dim): boolean {
  return groups === 1 || (typeof channels === 'number' && channels % groups === 0);
}

/** Elements that a transposed convolution adds at the end of each dimension. */
export function outputPaddingOf({ attributes }: Node, { strides }: Window): readonly number[] {
  const extra = intsOf(attributes, 'output_padding') ?? strides.map(() => 0);
  if (extra.length !== strides.length || extra.some((more, i) => more < 0 || more >= strides[i]!))
    throw new RangeError(
      `output_padding [${extra.join(', ')}] must be less than strides [${strides.join(', ')}]`,
    );
  return extra;
}

/** Input and weights of a convolution or its transpose, checked. */
function operands(node: Node): { x: Value; w: Value } {
  const [x, w] = [inputOf(node, 0), inputOf(node, 1)];
  const rank = x.shape.length;
  if (rank < 3 || rank > 5 || w.shape.length !== rank)
    throw new RangeError('input and weights must have the same number of dimensions, 3 to 5');
  checkSameType(node);
  return { x, w };
}

function checkBias({ inputs: [, , bias] }: Node, channels: Dim): void {
  if (bias && !sameShape(bias.shape, [channels])) throw new RangeError(`the bias must be [${channels}]`);
}

/** The plane of a kernel: height and width in two dimensions. */
export function kernelOf(w: Value): number[] {
  const kernel = w.shape.slice(2);
  if (kernel.some((dim) => typeof dim === 'string'))
    throw new RangeError('the size of the kernel is symbolic');
  return kernel as number[];
}

/** The window of a Conv or ConvTranspose node. */
export function convWindowOf(node: Node): ConvWindow {
  const groups = numberOf(node.attributes, 'group', 1);
  if (!Number.isInteger(groups) || groups < 1) throw new RangeError(`group ${groups} must be 1 or more`);
  return { ...windowOf(node, kernelOf(inputOf(node, 1))), groups };
}

/**
 * Convolution of `x` `[n, c, h, w]` with `w` `[channels, c / groups, kh, kw]`: `[n, channels, oh, ow]`,
 * `oh = floor((h + top + bottom - dilation (kh - 1) - 1) / stride) + 1`. The plane may also have one or three dimensions.
 */
export function conv(x: Value, w: Value, options: ConvOptions = {}): Value {
  return x.graph.add('Conv', withBias(x, w, options), windowAttributes(w, options)).outputs[0]!;
}

/** The transpose of {@link conv} with respect to its input: `x` `[n, c, h, w]`, `w` `[c, channels / groups, kh, kw]`. */
export function convTranspose(x: Value, w: Value, options: ConvTransposeOptions = {}): Value {
  const { outputPadding = ones(w).map(() => 0) } = options;
  const attributes = { ...windowAttributes(w, options), output_padding: ints(outputPadding) };
  return x.graph.add('ConvTranspose', withBias(x, w, options), attributes).outputs[0]!;
}

function withBias(x: Value, w: Value, { bias }: ConvOptions): Value[] {
  return bias ? [x, w, bias] : [x, w];
}

function windowAttributes(
  w: Value,
  { strides = ones(w), pads = 0, dilations = ones(w), groups = 1 }: ConvOptions,
) {
  return {
    strides: ints(strides),
    pads: ints(typeof pads === 'number' ? ones(w).flatMap(() => [pads, pads]) : pads),
    dilations: ints(dilations),
    group: int(groups),
  };
}

function ones(w: Value): number[] {
  return w.shape.slice(2).map(() => 1);
}
