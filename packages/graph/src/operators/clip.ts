import type { Value } from '../graph/graph.js';
import { checkSameType, inputOf, type Operator } from './operator.js';

export const clipOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = inputOf(node, 0);
    checkSameType(node);
    for (const [i, name] of ['the minimum', 'the maximum'].entries())
      if (node.inputs[i + 1]?.shape.length) throw new RangeError(`${name} must be a scalar`);
    return [{ dtype, shape }];
  },
};

/** Bounds: numbers or scalars, either of which may be left out. */
export interface ClipOptions {
  readonly min?: Value | number;
  readonly max?: Value | number;
}

/** Limits `x` to at least `min` and at most `max`. */
export function clip(x: Value, { min, max }: ClipOptions): Value {
  const scalar = (bound: Value | number | undefined) =>
    typeof bound === 'number' ? x.graph.constant(bound, { dtype: x.dtype }) : bound;
  return x.graph.add('Clip', [x, scalar(min), scalar(max)]).outputs[0]!;
}
