import type { Value } from '../graph.js';
import { inputOf, type Operator } from './operator.js';

export const globalPoolOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = inputOf(node, 0);
    if (shape.length < 3) throw new RangeError('the input needs three dimensions or more');
    return [{ dtype, shape: shape.map((dim, i) => (i < 2 ? dim : 1)) }];
  },
};

/** Mean over each plane: `[n, c, h, w]` to `[n, c, 1, 1]`. */
export function globalAveragePool(x: Value): Value {
  return x.graph.add('GlobalAveragePool', [x]).outputs[0]!;
}
