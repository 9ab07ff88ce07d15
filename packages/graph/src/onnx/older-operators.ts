import { type Attributes, int, intsOf, numberOf } from '../graph/attribute.js';
import type { Graph, Value } from '../graph/graph.js';
import { normalizeAxis } from '../graph/tensor-type.js';
import { expandTo, flatten, reshape, shapeOf } from '../operators/shape.js';
import { logSoftmax, softmax } from '../operators/softmax.js';

/** A node as it is in a file. */
export interface ReadNode {
  readonly op: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: Attributes;
  /** Number of outputs; older operators may have more than the current ones. */
  readonly outputs: number;
}

/** Converts a node of another operator set to the one that graphs are built in. */
export function asCurrent(graph: Graph, node: ReadNode, opset: number): ReadNode {
  if (node.op.startsWith('Reduce')) return withListAsInput(graph, node, 'axes');
  if (opset < 14 && node.op === 'BatchNormalization') return withTrainingMode(node);
  if (opset < 13) {
    if (node.op === 'Squeeze' || node.op === 'Unsqueeze') return withListAsInput(graph, node, 'axes');
    if (node.op === 'Split') return asCurrent(graph, withListAsInput(graph, node, 'split'), 13);
    if (node.op === 'Softmax' || node.op === 'LogSoftmax') return withRows(node);
  }
  if (opset < 12 && node.op === 'Dropout') return withRatioAsInput(graph, node);
  if (node.op === 'GroupNormalization' && opset < 21) return withScalePerChannel(node);
  if (node.op === 'Split' && !node.inputs[1] && !node.attributes.num_outputs)
    return { ...node, attributes: { ...node.attributes, num_outputs: int(node.outputs) } };
  if (node.op === 'AveragePool') return withoutDilations(node);
  return node;
}

/** AveragePool has dilations since operator set 19; dilations of 1 are dropped. */
function withoutDilations(node: ReadNode): ReadNode {
  const { dilations: _, ...attributes } = node.attributes;
  const isDilated = intsOf(node.attributes, 'dilations')?.some((dilation) => dilation !== 1);
  return isDilated ? node : { ...node, attributes };
}

/**
 * Reductions take their axes as an input since operator set 18 (ReduceSum since 13), Squeeze, Unsqueeze and Split their lists
 * since 13; before, these were attributes.
 */
function withListAsInput(graph: Graph, node: ReadNode, name: string): ReadNode {
  const list = intsOf(node.attributes, name);
  if (!list) return node;
  const { [name]: _, ...attributes } = node.attributes;
  return { ...node, inputs: [node.inputs[0], graph.constant(list, { dtype: 'int64' })], attributes };
}

/** BatchNormalization has the attribute training_mode since operator set 14; before, more than one output meant training. */
function withTrainingMode(node: ReadNode): ReadNode {
  if (node.outputs === 1) return node;
  return {
    ...node,
    attributes: { ...node.attributes, training_mode: int(1) },
    outputs: Math.min(node.outputs, 3),
  };
}

/** Before operator set 13, Softmax joined all dimensions from `axis` (default 1) on to one row. */
function withRows(node: ReadNode): ReadNode {
  const [x] = node.inputs;
  if (!x) return node;
  const rank = x.shape.length;
  const axis = normalizeAxis(numberOf(node.attributes, 'axis', 1), rank);
  if (axis === rank - 1) return { ...node, attributes: { axis: int(-1) } };
  const rows = (node.op === 'Softmax' ? softmax : logSoftmax)(flatten(x, axis));
  return { ...node, op: 'Reshape', inputs: [rows, shapeOf(x)], attributes: {} };
}

/** Dropout takes its ratio as an input since operator set 12. */
function withRatioAsInput(graph: Graph, node: ReadNode): ReadNode {
  const { ratio: _, ...attributes } = node.attributes;
  return {
    ...node,
    inputs: [node.inputs[0], graph.constant(numberOf(node.attributes, 'ratio', 0.5))],
    attributes,
  };
}

/** GroupNormalization has scale and bias per channel since operator set 21; before, they were per group. */
function withScalePerChannel(node: ReadNode): ReadNode {
  const [x, ...factors] = node.inputs;
  const groups = numberOf(node.attributes, 'num_groups', 0);
  const channels = x?.shape[1];
  if (typeof channels !== 'number') return node;
  const spread = (factor: Value | undefined) =>
    factor?.shape.length === 1 && factor.shape[0] === groups && groups < channels
      ? reshape(expandTo(reshape(factor, [groups, 1]), [groups, channels / groups]), [channels])
      : factor;
  return { ...node, inputs: [x, ...factors.map(spread)] };
}
