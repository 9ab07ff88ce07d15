import { int, numberOf } from '../graph/attribute.js';
import type { Value } from '../graph/graph.js';
import { inputOf, type Operator } from './operator.js';

export interface DropoutOptions {
  /** The share of elements that become 0, from 0 to less than 1. Default: 0.5. */
  readonly ratio?: number;
  /** Makes the masks the same in every session. They differ from run to run all the same. */
  readonly seed?: number;
}

/** The second output is true where an element stays. The gradient needs it. */
export const dropoutOperator: Operator = {
  outputs: 2,
  infer: (node) => {
    const { dtype, shape } = inputOf(node, 0);
    const ratio = node.inputs[1]?.data?.[0];
    if (ratio !== undefined && !(Number(ratio) >= 0 && Number(ratio) < 1))
      throw new RangeError(`the ratio ${ratio} must be from 0 to less than 1`);
    if (!Number.isInteger(numberOf(node.attributes, 'seed', 0)))
      throw new RangeError('the seed must be an integer');
    return [
      { dtype, shape },
      { dtype: 'bool', shape },
    ];
  },
};

/**
 * Dropout as in training: each element becomes 0 with probability `ratio`, and the others are divided by `1 - ratio`. The
 * mask is drawn whenever the graph runs, and is the same in the backward pass.
 */
export function dropout(x: Value, { ratio = 0.5, seed }: DropoutOptions = {}): Value {
  const { graph } = x;
  const training = graph.constant(1, { dtype: 'bool' });
  const attributes = seed === undefined ? {} : { seed: int(seed) };
  return graph.add('Dropout', [x, graph.constant(ratio), training], attributes).outputs[0]!;
}
