import { int, numberOf, string, stringOf } from '../graph/attribute.js';
import type { Node, Value } from '../graph/graph.js';
import type { Dim } from '../graph/tensor-type.js';
import { inputOf, type Operator } from './operator.js';

/** How depth is read: DCR as `[block, block, c]`, CRD (PyTorch's pixel shuffle) as `[c, block, block]`. */
export type DepthOrder = 'DCR' | 'CRD';

export const depthToSpaceOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = inputOf(node, 0);
    const block = blockOf(node);
    depthOrderOf(node);
    const [n, c, h, w] = shape;
    const times = (dim: Dim) => (typeof dim === 'number' ? dim * block : `${dim}*${block}`);
    return [{ dtype, shape: [n!, over(c!, block * block, 1), times(h!), times(w!)] }];
  },
};

export const spaceToDepthOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = inputOf(node, 0);
    const block = blockOf(node);
    const [n, c, h, w] = shape;
    if (typeof c === 'string') throw new RangeError('the number of channels is symbolic');
    return [{ dtype, shape: [n!, c! * block * block, over(h!, block, 2), over(w!, block, 3)] }];
  },
};

function over(dim: Dim, divisor: number, axis: number): number {
  if (typeof dim === 'string') throw new RangeError(`dimension ${axis} is symbolic`);
  if (dim % divisor) throw new RangeError(`dimension ${axis}, ${dim}, is not a multiple of ${divisor}`);
  return dim / divisor;
}

/** The side length of the blocks. */
export function blockOf(node: Node): number {
  const block = numberOf(node.attributes, 'blocksize', 0);
  if (!Number.isInteger(block) || block < 1) throw new RangeError(`blocksize ${block} must be 1 or more`);
  if (inputOf(node, 0).shape.length !== 4) throw new RangeError('the input must have 4 dimensions');
  return block;
}

export function depthOrderOf({ attributes }: Node): DepthOrder {
  const mode = stringOf(attributes, 'mode', 'DCR');
  if (mode !== 'DCR' && mode !== 'CRD') throw new RangeError(`mode ${mode} is not one of DCR, CRD`);
  return mode;
}

/** Rearranges `[n, c block², h, w]` to `[n, c, h block, w block]`. */
export function depthToSpace(x: Value, block: number, order: DepthOrder = 'DCR'): Value {
  return x.graph.add('DepthToSpace', [x], { blocksize: int(block), mode: string(order) }).outputs[0]!;
}

/** Rearranges `[n, c, h block, w block]` to `[n, block² c, h, w]`, the inverse of {@link depthToSpace} in order DCR. */
export function spaceToDepth(x: Value, block: number): Value {
  return x.graph.add('SpaceToDepth', [x], { blocksize: int(block) }).outputs[0]!;
}
