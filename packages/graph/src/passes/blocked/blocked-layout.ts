import { type WeightGradient, weightGradientOf } from '../../composites/annotations.js';
import type { Graph, Node, Value } from '../../graph/graph.js';
import { lower } from '../lower.js';
import { copyNode, type Rewrite, rebuild } from '../rebuild.js';
import { Fusions } from './fusions.js';
import { Layouts } from './layouts.js';
import { blockedRules } from './rules.js';
import { blockedWeightGradient } from './weight-gradient.js';

export interface BlockOptions {
  /** Channels in a block: 16 or 8, depending on the machine. */
  readonly block: number;
  /** Sizes for symbolic dimensions of the inputs, by name: those of the planes, and preferably the batch. */
  readonly dims?: Readonly<Record<string, number>>;
}

/**
 * Lowers a graph like {@link lower}, with convolutions and the operators between them in ONNX Runtime's blocked layout, in
 * which its convolutions are fastest. The graph runs on no other runtime, and on no machine with another block size.
 */
export function blockLayout(graph: Graph, { block, dims = {} }: BlockOptions): Graph {
  const layouts = new Layouts(block);
  const fusions = new Fusions();
  const uses = usesOf(graph);
  const rewrite: Rewrite = (node, inputs, renewed) => {
    const gradient = weightGradientOf(node.outputs[0]!);
    const blocked = gradient && renewedGradient(layouts, gradient, renewed);
    if (blocked) return [blocked];
    const rule = Object.hasOwn(blockedRules, node.op) ? blockedRules[node.op] : undefined;
    const outputs = rule?.({ layouts, fusions, node, inputs, uses });
    if (outputs || !inputs.some((input) => layouts.isBlocked(input))) return outputs;
    const plain = inputs.map((input) => input && layouts.plain(input));
    return copyNode(plain.find(Boolean)!.graph, node, plain);
  };
  return lower(rebuild(graph, rewrite, { dims, finish: (value) => layouts.plain(value) }));
}

function renewedGradient(
  layouts: Layouts,
  { x, dy, window }: WeightGradient,
  renewed: Parameters<Rewrite>[2],
): Value | undefined {
  const operands = { x: renewed(x), dy: renewed(dy) };
  return (
    operands.x && operands.dy && blockedWeightGradient(layouts, { x: operands.x, dy: operands.dy, window })
  );
}

function usesOf(graph: Graph): ReadonlyMap<Value, readonly Node[]> {
  const uses = new Map<Value, Node[]>();
  for (const node of graph.nodes)
    for (const input of node.inputs) if (input) uses.set(input, [...(uses.get(input) ?? []), node]);
  // An output is also used by the caller, and so never by one node alone.
  for (const { value } of graph.outputs) uses.set(value, []);
  return uses;
}
