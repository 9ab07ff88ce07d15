import { int, numberOf } from '../graph/attribute.js';
import type { Node, Value } from '../graph/graph.js';
import { normalizeAxis } from '../graph/tensor-type.js';
import { constantInts } from './contents.js';
import { inputOf, type Operator } from './operator.js';

export interface ReduceOptions {
  /** Default: all. */
  readonly axes?: readonly number[];
  /** Whether reduced dimensions stay, with length 1. Default: false. */
  readonly keepDims?: boolean;
}

/** The axes that a reduction removes, counted from the front. */
export function reducedAxes(node: Node): readonly number[] {
  const rank = inputOf(node, 0).shape.length;
  const axes = constantInts(node, 1);
  if (!axes?.length)
    return numberOf(node.attributes, 'noop_with_empty_axes', 0)
      ? []
      : Array.from({ length: rank }, (_, i) => i);
  return axes.map((axis) => normalizeAxis(axis, rank));
}

export const reduceOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = inputOf(node, 0);
    const axes = reducedAxes(node);
    const keep = numberOf(node.attributes, 'keepdims', 1) === 1;
    const kept = shape.map((dim, i) => (axes.includes(i) ? 1 : dim));
    return [{ dtype, shape: keep ? kept : kept.filter((_, i) => !axes.includes(i)) }];
  },
};

/** Sum over axes. */
export const reduceSum = (x: Value, options?: ReduceOptions): Value => reduce('ReduceSum', x, options);
/** Mean over axes. */
export const reduceMean = (x: Value, options?: ReduceOptions): Value => reduce('ReduceMean', x, options);
/** Sum of squares over axes. */
export const reduceSumSquare = (x: Value, options?: ReduceOptions): Value =>
  reduce('ReduceSumSquare', x, options);
/** Largest element over axes. */
export const reduceMax = (x: Value, options?: ReduceOptions): Value => reduce('ReduceMax', x, options);
/** Smallest element over axes. */
export const reduceMin = (x: Value, options?: ReduceOptions): Value => reduce('ReduceMin', x, options);
/** Product over axes. */
export const reduceProd = (x: Value, options?: ReduceOptions): Value => reduce('ReduceProd', x, options);
/** Sum of absolute values over axes. */
export const reduceL1 = (x: Value, options?: ReduceOptions): Value => reduce('ReduceL1', x, options);
/** Square root of the sum of squares over axes. */
export const reduceL2 = (x: Value, options?: ReduceOptions): Value => reduce('ReduceL2', x, options);
/** `log(sum(x))` over axes. */
export const reduceLogSum = (x: Value, options?: ReduceOptions): Value => reduce('ReduceLogSum', x, options);
/** `log(sum(exp(x)))` over axes. */
export const reduceLogSumExp = (x: Value, options?: ReduceOptions): Value =>
  reduce('ReduceLogSumExp', x, options);

function reduce(op: string, x: Value, { axes, keepDims = false }: ReduceOptions = {}): Value {
  if (axes?.length === 0) throw new RangeError(`${op}: axes is empty; leave it out to reduce all dimensions`);
  const axesInput = axes && x.graph.constant(axes, { dtype: 'int64' });
  return x.graph.add(op, [x, axesInput], { keepdims: int(keepDims ? 1 : 0) }).outputs[0]!;
}
