import { type Attributes, int, intsOf, numberOf } from '../attribute.js';
import type { Graph, Value } from '../graph.js';
import { expandTo, reshape } from '../operators/shape.js';

/** A node as a file has it. */
export interface ReadNode {
  readonly op: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: Attributes;
  /** How many outputs. */
  readonly outputs: number;
}

/** A node of another operator set as the same in the one that graphs are built in. */
export function asCurrent(graph: Graph, node: ReadNode, opset: number): ReadNode {
  if (node.op.startsWith('Reduce')) return withAxesAsInput(graph, node);
  if (node.op === 'GroupNormalization' && opset < 21) return withScalePerChannel(node);
  if (node.op === 'Split' && !node.inputs[1] && !node.attributes.num_outputs)
    return { ...node, attributes: { ...node.attributes, num_outputs: int(node.outputs) } };
  if (node.op === 'AveragePool') return withoutDilations(node);
  return node;
}

/** AveragePool has dilations since operator set 19, where they may be written out as 1. */
function withoutDilations(node: ReadNode): ReadNode {
  const { dilations: _, ...attributes } = node.attributes;
  const isDilated = intsOf(node.attributes, 'dilations')?.some((dilation) => dilation !== 1);
  return isDilated ? node : { ...node, attributes };
}

/** Reductions have had their axes as an input since operator set 18; before they were an attribute. */
function withAxesAsInput(graph: Graph, node: ReadNode): ReadNode {
  const { axes: given, ...attributes } = node.attributes;
  const axes = given && intsOf({ given }, 'given');
  if (!axes) return node;
  return { ...node, inputs: [node.inputs[0], graph.constant(axes, { dtype: 'int64' })], attributes };
}

/** GroupNormalization has had scale and bias per channel since operator set 21; before they were per group. */
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
