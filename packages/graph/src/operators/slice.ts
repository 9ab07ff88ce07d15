import { int, numberOf } from '../graph/attribute.js';
import type { Node, Value } from '../graph/graph.js';
import { type Dim, normalizeAxis } from '../graph/tensor-type.js';
import { constantInts, rangeOf } from './contents.js';
import { inputOf, type Operator } from './operator.js';

export interface SliceOptions {
  readonly starts: readonly number[];
  /** Exclusive; an end beyond the tensor means up to its end. */
  readonly ends: readonly number[];
  /** Default: the first dimensions. */
  readonly axes?: readonly number[];
  /** Negative steps go backwards. Default: 1. */
  readonly steps?: readonly number[];
}

/** The part of one axis that a Slice takes: `length` elements from `start` by `step`. */
export interface SlicedAxis {
  readonly axis: number;
  readonly start: number;
  readonly step: number;
  readonly length: number;
}

/** Exporters write this end, or a larger one, for "up to the end". */
const unlimited = 2 ** 31 - 1;

/** The parts that a Slice node takes, within the tensor. Dimensions that it takes as a whole may be left out. */
export function slicedAxes(node: Node): SlicedAxis[] {
  const { shape } = inputOf(node, 0);
  const [starts, ends] = [constantInts(node, 1) ?? [], constantInts(node, 2) ?? []];
  const axes = constantInts(node, 3) ?? starts.map((_, i) => i);
  const steps = constantInts(node, 4) ?? starts.map(() => 1);
  return axes.flatMap((given, i): SlicedAxis[] => {
    const axis = normalizeAxis(given, shape.length);
    const dim = shape[axis]!;
    const [first, end, step] = [starts[i]!, ends[i]!, steps[i]!];
    if (!Number.isInteger(step) || step === 0) throw new RangeError(`step ${step} is not allowed`);
    if (typeof dim === 'number') return [{ axis, step, ...rangeOf(first, end, step, dim) }];
    if (first === 0 && step === 1 && end >= unlimited) return [];
    throw new RangeError(`dimension ${axis} is symbolic and cannot be sliced`);
  });
}

export const sliceOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = inputOf(node, 0);
    const result: Dim[] = [...shape];
    for (const { axis, length } of slicedAxes(node)) result[axis] = length;
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
        throw new RangeError(`inputs 0 and ${i} differ outside axis ${axis}`);
      if (typeof length !== 'number') throw new RangeError(`dimension ${axis} of input ${i} is symbolic`);
      return length;
    });
    const total = lengths.reduce((a, b) => a + b, 0);
    return [{ dtype: first.dtype, shape: first.shape.map((dim, d) => (d === axis ? total : dim)) }];
  },
};

/** Elements that a Pad node adds before and after each dimension; a negative number removes elements. */
export function padsOf(node: Node): { before: number; after: number }[] {
  const { shape } = inputOf(node, 0);
  const mode = node.attributes.mode;
  if (mode?.kind === 'string' && mode.value !== 'constant')
    throw new RangeError(`mode ${mode.value} is not supported; constant is`);
  const pads = constantInts(node, 1) ?? [];
  const axes = constantInts(node, 3)?.map((axis) => normalizeAxis(axis, shape.length)) ?? [...shape.keys()];
  if (pads.length !== 2 * axes.length)
    throw new RangeError(`${pads.length} pads do not fit ${axes.length} dimensions`);
  return shape.map((_, i) => {
    const at = axes.indexOf(i);
    return at < 0 ? { before: 0, after: 0 } : { before: pads[at]!, after: pads[at + axes.length]! };
  });
}

export const padOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = inputOf(node, 0);
    const pads = padsOf(node);
    const padded = shape.map((dim, i) => {
      const extra = pads[i]!.before + pads[i]!.after;
      if (extra === 0) return dim;
      if (typeof dim === 'string') throw new RangeError(`dimension ${i} is symbolic and cannot be padded`);
      return dim + extra;
    });
    return [{ dtype, shape: padded }];
  },
};

/** Takes a part of a tensor: `starts` to `ends` by `steps` along `axes`. */
export function slice(x: Value, { starts, ends, axes, steps }: SliceOptions): Value {
  const list = (values: readonly number[] | undefined) =>
    values && x.graph.constant(values, { dtype: 'int64' });
  return x.graph.add('Slice', [x, list(starts), list(ends), list(axes), list(steps)]).outputs[0]!;
}

/** Joins tensors along an axis. */
export function concat(values: readonly Value[], axis: number): Value {
  const [first] = values;
  if (!first) throw new RangeError('concat: it needs at least one value');
  return first.graph.add('Concat', values, { axis: int(axis) }).outputs[0]!;
}

/**
 * Adds zeros around a tensor: `pads` has the number before each dimension, then the number after each. Negative numbers
 * remove elements.
 */
export function pad(x: Value, pads: readonly number[]): Value {
  return x.graph.add('Pad', [x, x.graph.constant(pads, { dtype: 'int64' })]).outputs[0]!;
}
