import type { Node, Value } from '../graph/graph.js';
import { formatShape, type TensorType } from '../graph/tensor-type.js';

/** How types of an operator are inferred and its nodes written. */
export interface Operator {
  /** Returns the types of the outputs. Throws a RangeError that says what does not fit; the graph adds node and shapes. */
  readonly infer: (node: Node, outputs: number) => readonly TensorType[];
  /** The operator set that a node needs, if it is newer than 18. */
  readonly opset?: (node: Node) => number;
  /** Number of outputs that every node in a graph has. Files leave out the last ones if they are not used. */
  readonly outputs?: number;
}

/** The input at `index`. @throws RangeError if it is missing */
export function inputOf(node: Node, index: number): Value {
  const input = node.inputs[index];
  if (!input) throw new RangeError(`input ${index} is missing`);
  return input;
}

/** The input at `index`. @throws RangeError if it is missing or not of floats */
export function floatInputOf(node: Node, index: number): Value {
  const input = inputOf(node, index);
  if (input.dtype !== 'float32' && input.dtype !== 'float64')
    throw new RangeError(`input ${index} is ${input.dtype}; float32 and float64 are supported`);
  return input;
}

/** @throws RangeError if the inputs of a node differ in their element type */
export function checkSameType({ inputs: [first, ...others] }: Node): void {
  if (others.some((input) => input && input.dtype !== first?.dtype))
    throw new RangeError('element types differ');
}

/** The size of a dimension. @throws RangeError if it is symbolic */
export function knownDim(value: Value, axis: number): number {
  const dim = value.shape[axis];
  if (typeof dim !== 'number')
    throw new RangeError(`dimension ${axis} of ${formatShape(value.shape)} must be a number`);
  return dim;
}
