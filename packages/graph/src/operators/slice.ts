import { int, numberOf } from '../attribute.js';
import type { Value } from '../graph.js';
import { type Dim, formatShape, normalizeAxis } from '../tensor-type.js';
import { constantInts } from './contents.js';
import { inputOf, type Operator } from './operator.js';

export interface SliceOptions {
  readonly starts: readonly number[];
  /** Not included; beyond the end means up to it. */
  readonly ends: readonly number[];
  /** Default: the first ones. */
  readonly axes?: readonly number[];
  /** Default: 1. */
  readonly steps?: readonly number[];
}

export const sliceOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = inputOf(node, 0);
    const [starts, ends] = [constantInts(node, 1) ?? [], constantInts(node, 2) ?? []];
    const axes = constantInts(node, 3) ?? starts.map((_, i) => i);
    const steps = constantInts(node, 4) ?? starts.map(() => 1);
    const result: Dim[] = [...shape];
    axes.forEach((given, i) => {
      const axis = normalizeAxis(given, shape.length);
      const dim = shape[axis]!;
      const [start, end, step] = [starts[i]!, ends[i]!, steps[i]!];
      if (typeof dim === 'string') throw new RangeError(`dimension ${axis} is symbolic and cannot be sliced`);
      if (step < 1) throw new RangeError(`step ${step} is not allowed; 1 or more is`);
      const clamp = (at: number) => Math.min(Math.max(at < 0 ? at + dim : at, 0), dim);
      result[axis] = Math.max(0, Math.ceil((clamp(end) - clamp(start)) / step));
    });
    return [{ dtype, shape: result }];
  },
};

export const concatOperator: Operator = {
  infer: (node) => {
    const first = inputOf(node, 0);
    const axis = normalizeAxis(numberOf(node.attributes, 'axis', 0), first.shape.length);
    const lengths = node.inputs.map((_, i) => {
      const { shape, dtype } = inputOf(node, i);
      const fits =
        shape.length === first.shape.length && shape.every((dim, d) => d === axis || dim === first.shape[d]);
      const length = shape[axis];
      if (!fits || dtype !== first.dtype)
        throw new RangeError(`inputs 0 and ${i} differ outside of axis ${axis}`);
      if (typeof length !== 'number') throw new RangeError(`dimension ${axis} of input ${i} is symbolic`);
      return length;
    });
    const total = lengths.reduce((a, b) => a + b, 0);
    return [{ dtype: first.dtype, shape: first.shape.map((dim, d) => (d === axis ? total : dim)) }];
  },
};

export const padOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = inputOf(node, 0);
    const pads = constantInts(node, 1) ?? [];
    if (pads.length !== 2 * shape.length)
      throw new RangeError(`${pads.length} pads do not fit ${formatShape(shape)}`);
    const padded = shape.map((dim, i) => {
      const extra = pads[i]! + pads[i + shape.length]!;
      if (extra === 0) return dim;
      if (typeof dim === 'string') throw new RangeError(`dimension ${i} is symbolic and cannot be padded`);
      return dim + extra;
    });
    return [{ dtype, shape: padded }];
  },
};

/** A part of a tensor: `starts` to `ends` by `steps` along `axes`. */
export function slice(x: Value, { starts, ends, axes, steps }: SliceOptions): Value {
  const list = (values: readonly number[] | undefined) =>
    values && x.graph.constant(values, { dtype: 'int64' });
  return x.graph.add('Slice', [x, list(starts), list(ends), list(axes), list(steps)]).outputs[0]!;
}

/** Tensors one after the other along an axis. */
export function concat(values: readonly Value[], axis: number): Value {
  const [first] = values;
  if (!first) throw new RangeError('concat: there is nothing to join');
  return first.graph.add('Concat', values, { axis: int(axis) }).outputs[0]!;
}

/** Zeros around a tensor: `pads` has the number before each dimension, then the number after each. */
export function pad(x: Value, pads: readonly number[]): Value {
  return x.graph.add('Pad', [x, x.graph.constant(pads, { dtype: 'int64' })]).outputs[0]!;
}
