import { intsOf, stringOf } from '../graph/attribute.js';
import type { Node } from '../graph/graph.js';
import type { Dim } from '../graph/tensor-type.js';
import { inputOf } from './operator.js';

/** A window that moves over a plane of one to three dimensions; each list has one number per dimension. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  /** Padding before each dimension, then after each: top, left, bottom, right. */
  readonly pads: readonly number[];
  readonly dilations: readonly number[];
}

/** The window of a convolution or pool, with defaults filled in and `auto_pad` converted to pads. */
export function windowOf(node: Node, kernel: readonly number[]): Window {
  const { attributes } = node;
  const list = (name: string, length: number, fallback: number, least: number) => {
    const given = intsOf(attributes, name) ?? Array<number>(length).fill(fallback);
    if (given.length !== length || !given.every((i) => Number.isInteger(i) && i >= least))
      throw new RangeError(`${name} [${given.join(', ')}] must be ${length} integers of ${least} or more`);
    return given;
  };
  const rank = kernel.length;
  const strides = list('strides', rank, 1, 1);
  const pads = list('pads', 2 * rank, 0, 0);
  const window = { kernel, strides, pads, dilations: list('dilations', rank, 1, 1) };
  return { ...window, pads: autoPads(node, window) ?? pads };
}

/** Elements that a dilated kernel spans along a dimension. */
export function spanOf({ kernel, dilations }: Window, i: number): number {
  return dilations[i]! * (kernel[i]! - 1) + 1;
}

/** The pads of `auto_pad`: SAME gives ceil(size / stride) windows, VALID no padding. */
function autoPads(node: Node, window: Window): readonly number[] | undefined {
  const mode = stringOf(node.attributes, 'auto_pad', 'NOTSET');
  if (mode === 'NOTSET') return undefined;
  if (mode === 'VALID') return window.pads.map(() => 0);
  if (mode !== 'SAME_UPPER' && mode !== 'SAME_LOWER')
    throw new RangeError(`auto_pad ${mode} is not one of NOTSET, SAME_UPPER, SAME_LOWER, VALID`);
  const { shape } = inputOf(node, 0);
  const transposed = node.op === 'ConvTranspose';
  const extra = intsOf(node.attributes, 'output_padding') ?? [];
  return halves(
    window.kernel.map((_, i) => {
      const [size, stride, span] = [shape[i + 2]!, window.strides[i]!, spanOf(window, i)];
      if (stride === 1) return span - 1;
      if (transposed) return span + (extra[i] ?? 0) - stride;
      if (typeof size === 'string')
        throw new RangeError(`auto_pad ${mode} with a stride needs a plane of known size`);
      return Math.max(0, (Math.ceil(size / stride) - 1) * stride + span - size);
    }),
    mode === 'SAME_UPPER',
  );
}

/** Splits totals into pads before and after; an odd element goes after, or before. */
function halves(totals: readonly number[], oddAfter: boolean): number[] {
  if (totals.some((total) => total < 0))
    throw new RangeError('auto_pad with a kernel smaller than the stride is not supported');
  const [less, more] = [totals.map((t) => Math.floor(t / 2)), totals.map((t) => Math.ceil(t / 2))];
  return oddAfter ? [...less, ...more] : [...more, ...less];
}

/**
 * How many windows fit each dimension of the node's input. `ceil` also counts one that reaches beyond the end, if it begins in
 * the input or before it.
 */
export function windowPlane(node: Node, window: Window, rounding: 'floor' | 'ceil' = 'floor'): Dim[] {
  const { shape } = inputOf(node, 0);
  const { kernel, strides, pads } = window;
  return kernel.map((_, i): Dim => {
    const [size, before, after] = [shape[i + 2]!, pads[i]!, pads[i + kernel.length]!];
    const [stride, reach] = [strides[i]!, spanOf(window, i) - 1];
    if (typeof size === 'string')
      return stride === 1 && before + after === reach ? size : `${node.op}(${size})`;
    const room = size + before + after - reach - 1;
    if (room < 0) throw new RangeError('the kernel is larger than the padded input');
    const count = Math[rounding](room / stride) + 1;
    return rounding === 'ceil' && (count - 1) * stride >= size + before ? count - 1 : count;
  });
}
