import type { Value } from '../graph/graph.js';
import { broadcastShapes } from './broadcast.js';
import { type Operand, promote } from './elementwise.js';
import { inputOf, type Operator } from './operator.js';

export const whereOperator: Operator = {
  infer: (node) => {
    const [condition, a, b] = [inputOf(node, 0), inputOf(node, 1), inputOf(node, 2)];
    if (condition.dtype !== 'bool') throw new RangeError('the condition must be bool');
    if (a.dtype !== b.dtype) throw new RangeError('element types differ');
    return [{ dtype: a.dtype, shape: broadcastShapes(condition.shape, broadcastShapes(a.shape, b.shape)) }];
  },
};

/** `a` where the condition holds, else `b`; all three broadcast. */
export function where(condition: Value, a: Operand, b: Operand): Value {
  return condition.graph.add('Where', [condition, ...promote('Where', a, b)]).outputs[0]!;
}
