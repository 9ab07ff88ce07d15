import { numberOf } from '../graph/attribute.js';
import type { Graph, Node, Value } from '../graph/graph.js';
import { checkTableSize } from '../graph/table-limit.js';
import { formatShape, sizeOf } from '../graph/tensor-type.js';
import { inputOf } from '../operators/operator.js';
import { poolWindowOf } from '../operators/pool.js';
import { spanOf } from '../operators/window.js';

/**
 * The weight of one element in each mean of an AveragePool, `[1, 1, ...plane]`: 1 / (elements of the window inside the
 * input), or inside the padded input if `count_include_pad` is set. Elements beyond the padding never count.
 */
export function averageWeights(node: Node, graph: Graph): Value {
  const x = inputOf(node, 0);
  const counts = elementsPerWindow(node);
  checkTableSize(sizeOf(counts.map(({ length }) => length)), 'the weights of a pool');
  const all = counts.reduce((outer, inner) => outer.flatMap((a) => inner.map((b) => a * b)), [1]);
  return graph.constant(
    all.map((count) => 1 / count),
    { shape: [1, 1, ...counts.map(({ length }) => length)], dtype: x.dtype },
  );
}

/** Counts, for each dimension of the plane, the elements that each window covers. */
function elementsPerWindow(node: Node): number[][] {
  const { kernel, strides, pads } = poolWindowOf(node);
  const padded = numberOf(node.attributes, 'count_include_pad', 0) === 1;
  const sizes = inputOf(node, 0).shape.slice(2);
  return kernel.map((span, i) => {
    const [size, windows] = [sizes[i], node.outputs[0]!.shape[i + 2]];
    if (typeof size !== 'number' || typeof windows !== 'number')
      throw new RangeError(`the plane of ${formatShape(inputOf(node, 0).shape)} must be of known size`);
    const [before, after] = padded ? [pads[i]!, pads[i + kernel.length]!] : [0, 0];
    checkTableSize(windows, 'the weights of a pool');
    return Array.from({ length: windows }, (_, at) => {
      const start = at * strides[i]! - pads[i]!;
      return Math.min(start + span, size + after) - Math.max(start, -before);
    });
  });
}

/**
 * Pads with which the last window of a pool ends exactly where the padded input ends: larger than the node's if that window
 * reaches beyond the padding, negative if the stride leaves out elements at the end.
 */
export function exactPads(node: Node): number[] {
  const window = poolWindowOf(node);
  const { kernel, strides, pads } = window;
  const [x, y] = [inputOf(node, 0), node.outputs[0]!];
  const after = kernel.map((_, i) => {
    const covered = (Number(y.shape[i + 2]) - 1) * strides[i]! + spanOf(window, i);
    return covered - Number(x.shape[i + 2]) - pads[i]!;
  });
  return [...pads.slice(0, kernel.length), ...after];
}
