import { type Attributes, int, intsOf } from '../attribute.js';
import type { Graph, Value } from '../graph.js';

/** A node as a file has it. */
interface Given {
  readonly op: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: Attributes;
  /** How many outputs. */
  readonly outputs: number;
}

/** A node of an earlier or later operator set as set 18 has it. */
export function inOpset18(graph: Graph, node: Given): Pick<Given, 'inputs' | 'attributes'> {
  if (node.op.startsWith('Reduce')) return withAxesAsInput(graph, node);
  if (node.op === 'Split' && !node.inputs[1] && !node.attributes.num_outputs)
    return { inputs: node.inputs, attributes: { ...node.attributes, num_outputs: int(node.outputs) } };
  if (node.op === 'AveragePool') return withoutDilations(node);
  return node;
}

/** AveragePool has dilations since operator set 19, where they may be written out as 1. */
function withoutDilations({ inputs, attributes }: Given) {
  const { dilations: _, ...rest } = attributes;
  const isDilated = intsOf(attributes, 'dilations')?.some((dilation) => dilation !== 1);
  return { inputs, attributes: isDilated ? attributes : rest };
}

/** Reductions have had their axes as an input since operator set 18; before they were an attribute. */
function withAxesAsInput(graph: Graph, { inputs, attributes }: Given) {
  const axes = intsOf(attributes, 'axes');
  if (!axes) return { inputs, attributes };
  const { axes: _, ...rest } = attributes;
  return { inputs: [inputs[0], graph.constant(axes, { dtype: 'int64' })], attributes: rest };
}
