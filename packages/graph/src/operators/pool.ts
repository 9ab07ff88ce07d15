import { intsOf, numberOf } from '../attribute.js';
import type { Value } from '../graph.js';
import { windowPlane } from './conv.js';
import { inputOf, type Operator } from './operator.js';

export const globalPoolOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = inputOf(node, 0);
    if (shape.length < 3) throw new RangeError('the input needs three dimensions or more');
    return [{ dtype, shape: shape.map((dim, i) => (i < 2 ? dim : 1)) }];
  },
};

/** MaxPool (whose second output are indices) and AveragePool. */
export const poolOperator: Operator = {
  infer: (node) => {
    const x = inputOf(node, 0);
    const [height, width] = intsOf(node.attributes, 'kernel_shape') ?? [];
    if (x.shape.length !== 4 || height === undefined || width === undefined)
      throw new RangeError('the input needs 4 dimensions, the kernel 2');
    if (numberOf(node.attributes, 'ceil_mode', 0) !== 0) throw new RangeError('ceil_mode is not supported');
    const shape = [x.shape[0]!, x.shape[1]!, ...windowPlane(node, x, [height, width])];
    return [
      { dtype: x.dtype, shape },
      { dtype: 'int64', shape },
    ];
  },
};

/** Mean over each plane: `[n, c, h, w]` to `[n, c, 1, 1]`. */
export function globalAveragePool(x: Value): Value {
  return x.graph.add('GlobalAveragePool', [x]).outputs[0]!;
}
