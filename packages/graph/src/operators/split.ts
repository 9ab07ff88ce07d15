import { int, numberOf } from '../graph/attribute.js';
import { quotient } from '../graph/dim-arithmetic.js';
import type { Node, Value } from '../graph/graph.js';
import { type Dim, formatShape, normalizeAxis } from '../graph/tensor-type.js';
import { constantInts } from './contents.js';
import { inputOf, type Operator } from './operator.js';

export const splitOperator: Operator = {
  infer: (node, outputs) => {
    const { dtype, shape } = inputOf(node, 0);
    const axis = normalizeAxis(numberOf(node.attributes, 'axis', 0), shape.length);
    return lengthsOf(node, shape[axis]!, outputs).map((length) => ({
      dtype,
      shape: shape.map((dim, i) => (i === axis ? length : dim)),
    }));
  },
};

/** Lengths of the parts: as listed, or equal except for a shorter last one. */
function lengthsOf(node: Node, whole: Dim, outputs: number): readonly Dim[] {
  const listed = constantInts(node, 1);
  if (listed) {
    const total = listed.reduce((a, b) => a + b, 0);
    if (listed.length !== outputs || listed.some((length) => length < 0))
      throw new RangeError(`${formatShape(listed)} must be ${outputs} lengths`);
    if (typeof whole === 'number' && total !== whole)
      throw new RangeError(`the parts ${formatShape(listed)} do not add up to ${whole}`);
    return listed;
  }
  if (numberOf(node.attributes, 'num_outputs', outputs) !== outputs)
    throw new RangeError(`num_outputs is not the number of outputs, ${outputs}`);
  if (typeof whole === 'string') return Array<Dim>(outputs).fill(quotient([whole], [outputs])!);
  const length = Math.ceil(whole / outputs);
  const last = whole - length * (outputs - 1);
  if (last < 0) throw new RangeError(`${whole} elements cannot be split into ${outputs} parts`);
  return Array.from({ length: outputs }, (_, i) => (i < outputs - 1 ? length : last));
}

/** Splits a tensor along an axis into a number of equal parts, or parts of the given lengths. */
export function split(x: Value, parts: number | readonly number[], axis = 0): readonly Value[] {
  if (typeof parts === 'number')
    return x.graph.add('Split', [x], { axis: int(axis), num_outputs: int(parts) }, { outputs: parts })
      .outputs;
  const lengths = x.graph.constant(parts, { dtype: 'int64' });
  return x.graph.add('Split', [x, lengths], { axis: int(axis) }, { outputs: parts.length }).outputs;
}
