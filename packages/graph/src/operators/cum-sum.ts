import { int, numberOf } from '../graph/attribute.js';
import type { Node, Value } from '../graph/graph.js';
import { normalizeAxis } from '../graph/tensor-type.js';
import { constantInts } from './contents.js';
import { inputOf, type Operator } from './operator.js';

export interface CumSumOptions {
  /** Leaves each element out of its own sum. */
  readonly exclusive?: boolean;
  /** Sums from the end to the front. */
  readonly reverse?: boolean;
}

export const cumSumOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = inputOf(node, 0);
    const axis = constantInts(node, 1);
    if (axis?.length !== 1) throw new RangeError('the axis must be one integer');
    normalizeAxis(axis[0]!, shape.length);
    return [{ dtype, shape }];
  },
};

export function cumSumOptionsOf({ attributes }: Node): Required<CumSumOptions> {
  return {
    exclusive: numberOf(attributes, 'exclusive', 0) === 1,
    reverse: numberOf(attributes, 'reverse', 0) === 1,
  };
}

/** Cumulative sums along an axis. */
export function cumSum(
  x: Value,
  axis: number | Value,
  { exclusive = false, reverse = false }: CumSumOptions = {},
): Value {
  const along = typeof axis === 'number' ? x.graph.constant(axis, { dtype: 'int64' }) : axis;
  const attributes = { exclusive: int(exclusive ? 1 : 0), reverse: int(reverse ? 1 : 0) };
  return x.graph.add('CumSum', [x, along], attributes).outputs[0]!;
}
