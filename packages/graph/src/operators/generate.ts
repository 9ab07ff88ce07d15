import type { Node, Value } from '../graph/graph.js';
import { formatShape } from '../graph/tensor-type.js';
import { contentsOf } from './contents.js';
import { inputOf, type Operator } from './operator.js';

export const constantOfShapeOperator: Operator = {
  infer: (node) => {
    const target = contentsOf(inputOf(node, 0));
    if (!target) throw new RangeError('the shape must be known: a constant, or computed from dimensions');
    const { value } = node.attributes;
    if (target.some((dim) => typeof dim === 'number' && dim < 0))
      throw new RangeError(`${formatShape(target)} is not a valid shape`);
    return [{ dtype: value?.kind === 'tensor' ? value.value.dtype : 'float32', shape: target }];
  },
};

/** Numbers from start to limit by delta. Their count is known if all three are, or if they count a dimension. */
export const rangeOperator: Operator = {
  infer: (node) => {
    const [start, limit, delta] = [inputOf(node, 0), inputOf(node, 1), inputOf(node, 2)];
    if (limit.dtype !== start.dtype || delta.dtype !== start.dtype)
      throw new RangeError('element types differ');
    return [{ dtype: start.dtype, shape: [lengthOf(node, [start, limit, delta])] }];
  },
};

function lengthOf(node: Node, inputs: readonly Value[]): number | string {
  const [start, limit, delta] = inputs.map((value) => contentsOf(value)?.[0]);
  if (typeof start === 'number' && typeof limit === 'number' && typeof delta === 'number')
    return Math.max(0, Math.ceil((limit - start) / delta));
  return start === 0 && delta === 1 && limit !== undefined ? limit : `${node.name}.length`;
}
