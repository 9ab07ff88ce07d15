import { int } from '../graph/attribute.js';
import type { Value } from '../graph/graph.js';
import { inputOf, type Operator } from './operator.js';

export const triluOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = inputOf(node, 0);
    if (shape.length < 2) throw new RangeError('the input must have two dimensions or more');
    return [{ dtype, shape }];
  },
};

export interface TriluOptions {
  /** The triangle that is kept. */
  readonly part: 'upper' | 'lower';
  /** The diagonal where it ends: 0 is the main diagonal, 1 the one above. Default: 0. */
  readonly diagonal?: number;
}

/** Replaces elements of matrices `[..., m, n]` outside one triangle by zeros. */
export function trilu(x: Value, { part, diagonal = 0 }: TriluOptions): Value {
  const k = x.graph.constant(diagonal, { dtype: 'int64' });
  return x.graph.add('Trilu', [x, k], { upper: int(part === 'upper' ? 1 : 0) }).outputs[0]!;
}
