import type { Graph, Node, Value } from '@spectrain/graph';

/** What becomes of the parts of a graph in another one. */
export interface CopyRules {
  /** What stands for an input or a constant; asked once for each that is needed. */
  readonly leaf: (value: Value) => Value;
  /** The outputs of a node for its inputs in the other graph; one that is `undefined` must not be used. */
  readonly node: (node: Node, inputs: readonly (Value | undefined)[]) => readonly (Value | undefined)[];
}

/** Copies what `wanted` is computed from, in the order of its graph, and returns what has become of each of `wanted`. */
export function copyNodes(graph: Graph, wanted: readonly Value[], { leaf, node: copy }: CopyRules): Value[] {
  const copies = new Map<Value, Value>();
  const copyOf = (value: Value): Value => {
    const done = copies.get(value) ?? (value.producer ? undefined : leaf(value));
    if (!done)
      throw new RangeError(`"${value.name}", an output of ${value.producer!.op}, is there in training only`);
    copies.set(value, done);
    return done;
  };
  for (const node of neededNodes(graph, wanted)) {
    const outputs = copy(
      node,
      node.inputs.map((input) => input && copyOf(input)),
    );
    node.outputs.forEach((output, i) => {
      if (outputs[i]) copies.set(output, outputs[i]);
    });
  }
  return wanted.map(copyOf);
}

/** The nodes that `wanted` is computed from, in their order. */
export function neededNodes(graph: Graph, wanted: readonly Value[]): readonly Node[] {
  const needed = new Set(wanted);
  return graph.nodes
    .toReversed()
    .filter(({ outputs, inputs }) => {
      if (!outputs.some((output) => needed.has(output))) return false;
      for (const input of inputs) if (input) needed.add(input);
      return true;
    })
    .toReversed();
}
