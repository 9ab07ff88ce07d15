import { int, numberOf } from '../graph/attribute.js';
import type { Value } from '../graph/graph.js';
import { inputOf, type Operator } from './operator.js';

export interface DropoutOptions {
  /** Probability that an element becomes 0, from 0 to less than 1. Default: 0.5. */
  readonly ratio?: number;
  /** Gives the same sequence of masks in every session; masks still differ from run to run. */
  readonly seed?: number;
}

/** The second output is true where an element is kept. The gradient needs it. */
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
 * Dropout in training mode: each element becomes 0 with probability `ratio`, and the others are divided by `1 - ratio`. Every
 * run draws a new mask, which the backward pass shares.
 */
export function dropout(x: Value, { ratio = 0.5, seed }: DropoutOptions = {}): Value {
  const { graph } = x;
  const training = graph.constant(1, { dtype: 'bool' });
  const attributes = seed === undefined ? {} : { seed: int(seed) };
  return graph.add('Dropout', [x, graph.constant(ratio), training], attributes).outputs[0]!;
}
