import type { Node, Value } from '../graph/graph.js';
import { broadcastShapes } from './broadcast.js';
import { floatInputOf, inputOf, type Operator } from './operator.js';

/** And, Or and Xor: two conditions, broadcast. */
export const logicOperator: Operator = {
  infer: (node) => {
    const [a, b] = [conditionOf(node, 0), conditionOf(node, 1)];
    return [{ dtype: 'bool', shape: broadcastShapes(a.shape, b.shape) }];
  },
};

export const notOperator: Operator = {
  infer: (node) => [{ dtype: 'bool', shape: conditionOf(node, 0).shape }],
};

/** IsNaN and IsInf: the kind of a float. */
export const kindOperator: Operator = {
  infer: (node) => [{ dtype: 'bool', shape: floatInputOf(node, 0).shape }],
};

function conditionOf(node: Node, index: number): Value {
  const input = inputOf(node, index);
  if (input.dtype !== 'bool') throw new RangeError(`input ${index} is ${input.dtype}; it must be bool`);
  return input;
}

/** Whether both conditions hold, element by element. */
export function and(a: Value, b: Value): Value {
  return a.graph.add('And', [a, b]).outputs[0]!;
}

/** Whether a condition does not hold, element by element. */
export function not(condition: Value): Value {
  return condition.graph.add('Not', [condition]).outputs[0]!;
}
