import { int } from '../graph/attribute.js';
import type { Value } from '../graph/graph.js';
import { inputOf, type Operator } from './operator.js';

export const triluOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = inputOf(node, 0);
    if (shape.length < 2) throw new RangeError('the input needs two dimensions or more');
    return [{ dtype, shape }];
  },
};

export interface TriluOptions {
  /** Which triangle stays. */
  readonly part: 'upper' | 'lower';
  /** The diagonal where it ends: 0 is the main one, 1 the one above. Default: 0. */
  readonly diagonal?: number;
}

/** Matrices `[..., m, n]` with zeros outside of one triangle. */
export function trilu(x: Value, { part, diagonal = 0 }: TriluOptions): Value {
  const k = x.graph.constant(diagonal, { dtype: 'int64' });
  return x.graph.add('Trilu', [x, k], { upper: int(part === 'upper' ? 1 : 0) }).outputs[0]!;
}
