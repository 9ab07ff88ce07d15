import { type Attributes, Graph, isKnownOperator, type Node, type Value } from '@spectrain/graph';
import { copyNodes } from './copy-nodes.js';
import { withFreeBatch } from './onnx-ends.js';

/**
 * A file's graph for inference with other weights: batch normalisation and dropout in their inference form, a batch size that is
 * free, and everything else as it was, names of inputs, outputs, values and initialisers included.
 * @param names what parameters and buffers are called in `weights`
 */
export function exportOnnxModel(
  source: Graph,
  names: ReadonlyMap<Value, string>,
  weights: Readonly<Record<string, Float32Array>>,
): Graph {
  const outputNames = source.outputs.map(({ name }) => name);
  const values = source.nodes.flatMap(({ outputs }) => outputs.map(({ name }) => name));
  const graph = new Graph({ name: source.name, reserved: [...outputNames, ...values] });
  const batch = source.inputs[0]!.shape[0]!;
  const free = (dim: number | string, i: number) => (i === 0 && typeof dim === 'number' ? 'n' : dim);
  const inputs = new Map(
    source.inputs.map((input) => [input, graph.input(input.name, input.shape.map(free), input.dtype)]),
  );
  const leaf = (value: Value): Value => {
    const { name, dtype, shape, data } = value as Value & { shape: readonly number[] };
    const trained = weights[names.get(value) ?? ''];
    return inputs.get(value) ?? graph.constant(trained ?? data!, { name, dtype, shape });
  };
  const node = (node: Node, given: readonly (Value | undefined)[]) => {
    const { op, attributes, outputs } = forInference(node);
    const outputNames = outputs.map(({ name }) => name);
    const all = op === 'Identity' ? given.slice(0, 1) : withFreeBatch(node, given, batch);
    const types = isKnownOperator(op) ? {} : { outputTypes: outputs };
    return graph.add(op, all, attributes, { name: node.name, outputNames, ...types }).outputs;
  };
  const results = copyNodes(
    source,
    source.outputs.map(({ value }) => value),
    { leaf, node },
  );
  source.outputs.forEach(({ name }, i) => {
    graph.output(name, results[i]!);
  });
  return graph;
}

/** A node without what it does in training only. */
function forInference(node: Node): { op: string; attributes: Attributes; outputs: readonly Value[] } {
  if (node.op === 'Dropout') return { op: 'Identity', attributes: {}, outputs: node.outputs.slice(0, 1) };
  if (node.op !== 'BatchNormalization') return node;
  const { training_mode: _, momentum: __, ...attributes } = node.attributes;
  return { op: node.op, attributes, outputs: node.outputs.slice(0, 1) };
}
