import { intsOf } from '../attribute.js';
import type { Graph, Node, Value } from '../graph.js';
import { insertZeros } from '../insert-zeros.js';
import { kernelOf, windowOf } from '../operators/conv.js';
import { add } from '../operators/elementwise.js';
import { matMul } from '../operators/mat-mul.js';
import { reduceMean } from '../operators/reduce.js';
import { reshape, transpose } from '../operators/shape.js';
import { pad } from '../operators/slice.js';
import { columns, patches } from '../patches.js';
import { rebuild } from './rebuild.js';

/**
 * Convolutions as matrix products, and global pools as means: operators that ONNX Runtime's CPU provider has for float64
 * as well. Slower, and exact to the element type: the oracle for the others.
 */
export function lowerConvolutions(graph: Graph): Graph {
  return rebuild(graph, (node, inputs) => {
    const lowering = Object.hasOwn(lowerings, node.op) ? lowerings[node.op] : undefined;
    return lowering && [lowering(node, inputs)];
  });
}

type Sides = { before: number; after: number };
type Lowering = (node: Node, inputs: readonly (Value | undefined)[]) => Value;

const lowerings: Readonly<Record<string, Lowering>> = {
  Conv: lowerConv,
  ConvTranspose: lowerConvTranspose,
  GlobalAveragePool: (_, [x]) =>
    reduceMean(x!, { axes: x!.shape.flatMap((_dim, i) => (i > 1 ? [i] : [])), keepDims: true }),
};

function lowerConv(node: Node, [x, w, bias]: readonly (Value | undefined)[]): Value {
  const plane = planeOf(node);
  const rows = columns(patches(x!, kernelOf(w!), plane, windowOf(node)));
  return product(transpose(w!, [0, 2, 3, 1]), rows, plane, bias);
}

/**
 * Zeros between the elements of the input spread them by the stride; a convolution with the kernel turned by 180°, channels
 * exchanged, then adds up what each element contributes. Turning the patches' order turns the kernel.
 */
function lowerConvTranspose(node: Node, [x, w, bias]: readonly (Value | undefined)[]): Value {
  const { strides, pads, dilations } = windowOf(node);
  const kernel = kernelOf(w!);
  const extra = intsOf(node.attributes, 'output_padding') ?? [0, 0];
  const [down, right] = [0, 1].map((i) => {
    const reach = dilations[i]! * (kernel[i]! - 1);
    // Zeros behind the last element count too.
    return { before: reach - pads[i]!, after: reach - pads[i + 2]! + extra[i]! - (strides[i]! - 1) };
  }) as [Sides, Sides];
  const plane = planeOf(node);
  const apart = insertZeros(insertZeros(x!, 2, strides[0]), 3, strides[1]);
  const spread = pad(apart, [0, 0, down.before, right.before, 0, 0, down.after, right.after]);
  const places = patches(spread, kernel, plane, { strides: [1, 1], pads: [0, 0, 0, 0], dilations });
  return product(transpose(w!, [1, 2, 3, 0]), columns(places.reverse()), plane, bias);
}

/** Kernels `[o, kh, kw, c]` times columns `[n, kh * kw * c, oh * ow]`, as `[n, o, oh, ow]`. */
function product(
  kernels: Value,
  rows: Value,
  plane: readonly [number, number],
  bias: Value | undefined,
): Value {
  const channels = kernels.shape[0]!;
  const y = matMul(reshape(kernels, [channels, rows.shape[1]!]), rows);
  const image = reshape(y, [y.shape[0]!, channels, ...plane]);
  return bias ? add(image, reshape(bias, [channels, 1, 1])) : image;
}

function planeOf(node: Node): [number, number] {
  const [, , height, width] = node.outputs[0]!.shape;
  if (typeof height !== 'number' || typeof width !== 'number')
    throw new RangeError(`${node.op} (node ${node.name}): the size of its plane is symbolic`);
  return [height, width];
}
