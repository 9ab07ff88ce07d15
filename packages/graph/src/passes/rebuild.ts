import { Graph, type Node, type Value } from '../graph/graph.js';
import type { Shape } from '../graph/tensor-type.js';
import { operators } from '../operators/table.js';

/**
 * Replaces a node while a graph is rebuilt: gets the node and its inputs in the new graph, and returns values of the new graph
 * for its outputs, or `undefined` to keep the node.
 */
export type Rewrite = (
  node: Node,
  inputs: readonly (Value | undefined)[],
  /** Returns the value of the new graph for an earlier one, or `undefined` if no output needs it. */
  renewed: (value: Value) => Value | undefined,
) => readonly Value[] | undefined;

export interface RebuildOptions {
  /** Sizes for symbolic dimensions of the inputs, by name. Dimensions of other values follow from them. */
  readonly dims?: Readonly<Record<string, number>> | undefined;
  /** Converts a value of the new graph that becomes an output. */
  readonly finish?: (value: Value) => Value;
  /** Whether values keep their annotations; those of replaced nodes are dropped in any case. Default: keep. */
  readonly annotations?: 'keep' | 'drop';
}

/** Copies a graph without the nodes and constants that no output needs; `rewrite` may replace nodes. */
export function rebuild(
  graph: Graph,
  rewrite: Rewrite = () => undefined,
  { dims = {}, finish = (value) => value, annotations = 'keep' }: RebuildOptions = {},
): Graph {
  const sized = (shape: Shape): Shape => shape.map((dim) => (Object.hasOwn(dims, dim) ? dims[dim]! : dim));
  const copy = new Graph({ name: graph.name, reserved: namesOf(graph) });
  const live = liveValues(graph);
  const values = new Map<Value, Value>();
  for (const input of graph.inputs)
    values.set(input, copy.input(input.name, sized(input.shape), input.dtype));
  for (const constant of graph.constants)
    if (live.has(constant)) {
      const { name, dtype, shape, data } = constant;
      values.set(constant, copy.constant(data!, { name, dtype, shape: shape as readonly number[] }));
    }
  for (const node of graph.nodes) {
    if (!node.outputs.some((output) => live.has(output))) continue;
    const inputs = node.inputs.map((input) => input && values.get(input)!);
    const replaced = rewrite(node, inputs, (value) => values.get(value));
    const outputs = replaced ?? copyNode(copy, node, inputs);
    node.outputs.forEach((output, i) => {
      values.set(output, outputs[i]!);
      if (!replaced && annotations === 'keep') copyAnnotation(output, outputs[i]!, values);
    });
  }
  for (const { name, value } of graph.outputs) copy.output(name, finish(values.get(value)!));
  return copy;
}

/** Appends a copy of a node. The types of its outputs are inferred, or copied if the operator is not known. */
export function copyNode(
  copy: Graph,
  { op, name, attributes, outputs }: Node,
  inputs: readonly (Value | undefined)[],
): readonly Value[] {
  const outputNames = outputs.map((output) => output.name);
  const known = Object.hasOwn(operators, op);
  return copy.add(op, inputs, attributes, { name, outputNames, ...(!known && { outputTypes: outputs }) })
    .outputs;
}

/** Copies the annotation of a value, if the new graph has all values that it refers to. */
function copyAnnotation({ annotation }: Value, copy: Value, values: ReadonlyMap<Value, Value>): void {
  const inputs = annotation?.inputs.map((input) => values.get(input));
  if (inputs?.every((input) => input !== undefined)) copy.graph.annotate(copy, { ...annotation!, inputs });
}

/** All names of values and outputs: copies keep theirs, whatever names values of replaced nodes get. */
function namesOf({ inputs, constants, nodes, outputs }: Graph): string[] {
  const values = [...inputs, ...constants, ...nodes.flatMap((node) => node.outputs)];
  return [...values, ...outputs].map(({ name }) => name);
}

function liveValues(graph: Graph): Set<Value> {
  const live = new Set(graph.outputs.map(({ value }) => value));
  for (const node of [...graph.nodes].reverse())
    if (node.outputs.some((output) => live.has(output)))
      for (const input of node.inputs) if (input) live.add(input);
  return live;
}
