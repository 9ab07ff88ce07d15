import { int, ints, intsOf, numberOf } from '../attribute.js';
import type { Node, Value } from '../graph.js';
import { type Dim, sameShape } from '../tensor-type.js';
import { checkSameType, inputOf, type Operator } from './operator.js';

type Pair = readonly [number, number];
/** Padding before and after each plane dimension: top, left, bottom, right. */
export type Pads = readonly [number, number, number, number];

/** The window of a 2-D convolution, complete. */
export interface Window {
  readonly strides: Pair;
  readonly pads: Pads;
  readonly dilations: Pair;
}

export interface ConvOptions {
  /** Default: 1. */
  readonly strides?: Pair;
  /** One number for all four sides, or top, left, bottom, right. Default: 0. */
  readonly pads?: number | Pads;
  /** Default: 1. */
  readonly dilations?: Pair;
  /** `[channels out]` */
  readonly bias?: Value;
}

export interface ConvTransposeOptions extends ConvOptions {
  /** Rows and columns that are added at the bottom and right, fewer than the stride. Default: 0. */
  readonly outputPadding?: Pair;
}

export const convOperator: Operator = {
  infer: (node) => {
    const { x, w } = operands(node);
    const [out, channels] = w.shape;
    checkBias(node, out!);
    if (x.shape[1] !== channels)
      throw new RangeError(`the input has ${x.shape[1]} channels, the weights take ${channels}`);
    return [{ dtype: x.dtype, shape: [x.shape[0]!, out!, ...windowPlane(node, x, kernelOf(w))] }];
  },
};

export const convTransposeOperator: Operator = {
  infer: (node) => {
    const { x, w } = operands(node);
    if (x.shape[1] !== w.shape[0])
      throw new RangeError(`the input has ${x.shape[1]} channels, the weights take ${w.shape[0]}`);
    if (node.attributes.output_shape)
      throw new RangeError('output_shape is not supported; pads and output_padding are');
    const window = windowOf(node);
    const extra = intsOf(node.attributes, 'output_padding') ?? [0, 0];
    if (extra.some((more, i) => more < 0 || more >= window.strides[i]!))
      throw new RangeError(
        `output_padding [${extra.join(', ')}] must be less than strides [${window.strides.join(', ')}]`,
      );
    const plane = [0, 1].map((i): Dim => {
      const size = x.shape[i + 2]!;
      if (typeof size === 'string') return `convTranspose(${size})`;
      const spread = window.strides[i]! * (size - 1) + window.dilations[i]! * (kernelOf(w)[i]! - 1) + 1;
      const length = spread + extra[i]! - window.pads[i]! - window.pads[i + 2]!;
      if (length < 1) throw new RangeError('the pads leave nothing of the output');
      return length;
    });
    checkBias(node, w.shape[1]!);
    return [{ dtype: x.dtype, shape: [x.shape[0]!, w.shape[1]!, ...plane] }];
  },
};

/** The plane that a kernel yields that moves over the plane of `x` `[n, c, h, w]`. */
export function windowPlane(node: Node, x: Value, kernel: Pair): Dim[] {
  const { strides, pads, dilations } = windowOf(node);
  return [0, 1].map((i): Dim => {
    const size = x.shape[i + 2]!;
    if (typeof size === 'string') return `${node.op}(${size})`;
    const length = size + pads[i]! + pads[i + 2]! - dilations[i]! * (kernel[i]! - 1) - 1;
    if (length < 0) throw new RangeError('the kernel is larger than the padded input');
    return Math.floor(length / strides[i]!) + 1;
  });
}

/** Input and weights of a convolution, and what it has in common with its transpose checked. */
function operands(node: Node): { x: Value; w: Value } {
  const [x, w] = [inputOf(node, 0), inputOf(node, 1)];
  if (x.shape.length !== 4 || w.shape.length !== 4)
    throw new RangeError('input and weights need 4 dimensions');
  checkSameType(node);
  const group = numberOf(node.attributes, 'group', 1);
  if (group !== 1) throw new RangeError(`group ${group} is not supported; 1 is`);
  return { x, w };
}

function checkBias({ inputs: [, , bias] }: Node, channels: Dim): void {
  if (bias && !sameShape(bias.shape, [channels])) throw new RangeError(`the bias must be [${channels}]`);
}

/** Height and width of a kernel. */
export function kernelOf(w: Value): Pair {
  const [, , height, width] = w.shape;
  if (typeof height !== 'number' || typeof width !== 'number')
    throw new RangeError('the size of the kernel is symbolic');
  return [height, width];
}

/** The window of a convolution or pool, with the defaults. */
export function windowOf({ attributes }: Node): Window {
  const autoPad = attributes.auto_pad;
  if (autoPad?.kind === 'string' && autoPad.value !== 'NOTSET')
    throw new RangeError(`auto_pad ${autoPad.value} is not supported; NOTSET is`);
  const list = (name: string, fallback: readonly number[], least: number) => {
    const given = intsOf(attributes, name) ?? fallback;
    if (given.length !== fallback.length || !given.every((i) => Number.isInteger(i) && i >= least))
      throw new RangeError(
        `${name} [${given.join(', ')}] must be ${fallback.length} integers of ${least} or more`,
      );
    return given;
  };
  return {
    strides: list('strides', [1, 1], 1) as Pair,
    pads: list('pads', [0, 0, 0, 0], 0) as Pads,
    dilations: list('dilations', [1, 1], 1) as Pair,
  };
}

/**
 * 2-D convolution of `x` `[n, c, h, w]` with `w` `[channels, c, kh, kw]`: `[n, channels, oh, ow]`,
 * `oh = floor((h + top + bottom - dilation (kh - 1) - 1) / stride) + 1`.
 */
export function conv(x: Value, w: Value, options: ConvOptions = {}): Value {
  return x.graph.add('Conv', withBias(x, w, options), windowAttributes(options)).outputs[0]!;
}

/** The transpose of {@link conv} with respect to its input: `x` `[n, c, h, w]`, `w` `[c, channels, kh, kw]`. */
export function convTranspose(x: Value, w: Value, options: ConvTransposeOptions = {}): Value {
  const attributes = { ...windowAttributes(options), output_padding: ints(options.outputPadding ?? [0, 0]) };
  return x.graph.add('ConvTranspose', withBias(x, w, options), attributes).outputs[0]!;
}

function withBias(x: Value, w: Value, { bias }: ConvOptions): Value[] {
  return bias ? [x, w, bias] : [x, w];
}

function windowAttributes({ strides = [1, 1], pads = 0, dilations = [1, 1] }: ConvOptions) {
  return {
    strides: ints(strides),
    pads: ints(typeof pads === 'number' ? [pads, pads, pads, pads] : pads),
    dilations: ints(dilations),
    group: int(1),
  };
}
