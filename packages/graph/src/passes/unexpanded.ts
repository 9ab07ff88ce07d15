import type { Node, Value } from '../graph/graph.js';
import { sameShape, sizeOf } from '../graph/tensor-type.js';
import { broadcastShapes } from '../operators/broadcast.js';

const broadcasting = new Set(['Add', 'Sub', 'Mul', 'Div']);

/**
 * Replaces the inputs of an elementwise node by the values before an Expand, if the operator broadcasts them to the same shape,
 * and drops products with 1, the gradient that every backward pass begins with.
 */
export function withoutExpansion(
  node: Node,
  inputs: readonly (Value | undefined)[],
): readonly Value[] | undefined {
  if (!broadcasting.has(node.op)) return undefined;
  const [a, b] = inputs as [Value, Value];
  const shape = broadcastShapes(a.shape, b.shape);
  const small = beforeExpansion(a);
  const left = small !== a && fills(small, b, shape) ? small : a;
  const other = beforeExpansion(b);
  const right = other !== b && fills(left, other, shape) ? other : b;
  if (node.op === 'Mul' && isOne(left) && sameShape(right.shape, shape)) return [right];
  if (node.op === 'Mul' && isOne(right) && sameShape(left.shape, shape)) return [left];
  if (left === a && right === b) return undefined;
  return a.graph.add(node.op, [left, right], node.attributes).outputs;
}

function isOne({ data, shape }: Value): boolean {
  return data !== undefined && sizeOf(shape) === 1 && Number(data[0]) === 1;
}

/** The value before an Expand. A single element may have got dimensions of 1 in between. */
function beforeExpansion(value: Value): Value {
  const { op, inputs } = value.producer ?? {};
  if (op === 'Expand') return beforeExpansion(inputs![0]!);
  if (op !== 'Unsqueeze') return value;
  const inner = beforeExpansion(inputs![0]!);
  return inner !== inputs![0] && sizeOf(inner.shape) === 1 ? inner : value;
}

function fills(a: Value, b: Value, shape: Value['shape']): boolean {
  try {
    return sameShape(broadcastShapes(a.shape, b.shape), shape);
  } catch {
    return false;
  }
}
