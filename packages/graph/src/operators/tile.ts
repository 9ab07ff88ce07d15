import { product } from '../graph/dim-arithmetic.js';
import type { Node, Value } from '../graph/graph.js';
import { constantInts } from './contents.js';
import { inputOf, type Operator } from './operator.js';

export const tileOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = inputOf(node, 0);
    const repeats = repeatsOf(node);
    return [{ dtype, shape: shape.map((dim, i) => product([dim, repeats[i]!])) }];
  },
};

/** How often a Tile node repeats its input along each dimension. */
export function repeatsOf(node: Node): readonly number[] {
  const { shape } = inputOf(node, 0);
  const repeats = constantInts(node, 1) ?? [];
  if (repeats.length !== shape.length || repeats.some((count) => count < 1))
    throw new RangeError(`repeats [${repeats.join(', ')}] must be ${shape.length} numbers of 1 or more`);
  return repeats;
}

/** Repeats `x` along each dimension. */
export function tile(x: Value, repeats: readonly number[]): Value {
  return x.graph.add('Tile', [x, x.graph.constant(repeats, { dtype: 'int64' })]).outputs[0]!;
}
