import { ints, stringOf } from '../graph/attribute.js';
import type { Node, Value } from '../graph/graph.js';
import { convWindowOf } from '../operators/conv.js';

/** Replaces `auto_pad` of a convolution by pads, as ONNX Runtime refuses it beside dilations. `undefined` if it has none. */
export function withExplicitPads(
  node: Node,
  inputs: readonly (Value | undefined)[],
): readonly Value[] | undefined {
  const { auto_pad: _, ...rest } = node.attributes;
  if (stringOf(node.attributes, 'auto_pad', 'NOTSET') === 'NOTSET') return undefined;
  const attributes = { ...rest, pads: ints(convWindowOf(node).pads) };
  return inputs[0]!.graph.add(node.op, inputs, attributes, { name: node.name }).outputs;
}
