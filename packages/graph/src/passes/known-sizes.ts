import { numberOf } from '../graph/attribute.js';
import type { Node, Value } from '../graph/graph.js';
import { sizeOf } from '../graph/tensor-type.js';

/** The result of a Shape or Size node as a constant, or `undefined` if a dimension is symbolic. */
export function knownSizes(
  { op, attributes }: Node,
  [x]: readonly (Value | undefined)[],
): readonly Value[] | undefined {
  if (op !== 'Shape' && op !== 'Size') return undefined;
  const { graph, shape } = x!;
  const part =
    op === 'Size'
      ? shape
      : shape.slice(numberOf(attributes, 'start', 0), numberOf(attributes, 'end', shape.length));
  const dims = part.filter((dim) => typeof dim === 'number');
  if (dims.length < part.length) return undefined;
  const known = op === 'Shape' ? dims : sizeOf(dims);
  return [graph.constant(known, { dtype: 'int64' })];
}
