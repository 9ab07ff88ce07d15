import { planePads } from '../composites/patches.js';
import { exactPads } from '../composites/pool-weights.js';
import { int, ints, numberOf } from '../graph/attribute.js';
import type { Node, Value } from '../graph/graph.js';
import { poolWindowOf } from '../operators/pool.js';
import { pad } from '../operators/slice.js';

/**
 * Replaces a pool with `ceil_mode` by one without it, padded to the end of the last window. When ONNX Runtime loads a file it
 * counts windows that would begin beyond the input, which it does not compute, and may then refuse the nodes that follow.
 * `undefined` if the pool has no such mode, or its plane is symbolic.
 */
export function asFloorPool(
  node: Node,
  inputs: readonly (Value | undefined)[],
): readonly Value[] | undefined {
  const [x, y] = [node.inputs[0]!, node.outputs[0]!];
  const isFixed = [...x.shape, ...y.shape].every(
    (dim, i) => i % x.shape.length < 2 || typeof dim === 'number',
  );
  if (numberOf(node.attributes, 'ceil_mode', 0) === 0 || !isFixed) return undefined;
  const { pads } = poolWindowOf(node);
  const reached = exactPads(node).map((side, i) => Math.max(side, pads[i]!));
  const countsPadding = numberOf(node.attributes, 'count_include_pad', 0) === 1;
  const { auto_pad: _, ...rest } = node.attributes;
  const attributes = { ...rest, ceil_mode: int(0), count_include_pad: int(0) };
  if (node.op === 'MaxPool')
    return replaced(node, inputs[0]!, { ...rest, ceil_mode: int(0), pads: ints(reached) });
  if (!countsPadding) return replaced(node, inputs[0]!, { ...attributes, pads: ints(reached) });
  // Padding counts, but elements beyond it do not.
  const beyond = reached.map((side, i) => side - pads[i]!);
  return replaced(node, pad(inputs[0]!, planePads(pads)), { ...attributes, pads: ints(beyond) });
}

function replaced(node: Node, x: Value, attributes: Node['attributes']): readonly Value[] {
  return x.graph.add(node.op, [x], attributes, { name: node.name }).outputs;
}
