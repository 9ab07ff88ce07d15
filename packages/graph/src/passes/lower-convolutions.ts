import { intsOf } from '../attribute.js';
import type { Graph, Node, Value } from '../graph.js';
import { kernelOf, type Pads, windowOf } from '../operators/conv.js';
import { add } from '../operators/elementwise.js';
import { matMul } from '../operators/mat-mul.js';
import { reduceMean } from '../operators/reduce.js';
import { reshape, transpose } from '../operators/shape.js';
import { pad, slice } from '../operators/slice.js';
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
  const reach = [0, 1].map((i) => dilations[i]! * (kernel[i]! - 1));
  const sides = [
    reach[0]! - pads[0],
    reach[1]! - pads[1],
    reach[0]! - pads[2] + extra[0]!,
    reach[1]! - pads[3] + extra[1]!,
  ] as const;
  const plane = planeOf(node);
  const spread = padOrCrop(insertZeros(x!, strides), sides);
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

/** `[n, c, h, w]` to `[n, c, (h - 1) stride + 1, (w - 1) stride + 1]`. */
function insertZeros(x: Value, [down, right]: readonly [number, number]): Value {
  if (down === 1 && right === 1) return x;
  const [n, c] = x.shape;
  const [h, w] = [Number(x.shape[2]), Number(x.shape[3])];
  const apart = pad(reshape(x, [n!, c!, h, 1, w, 1]), [0, 0, 0, 0, 0, 0, 0, 0, 0, down - 1, 0, right - 1]);
  const joined = reshape(apart, [n!, c!, h * down, w * right]);
  return slice(joined, { starts: [0, 0], ends: [(h - 1) * down + 1, (w - 1) * right + 1], axes: [2, 3] });
}

/** Zeros around the plane, or, where a side is negative, rows or columns less. */
function padOrCrop(x: Value, [top, left, bottom, right]: Pads): Value {
  const more = [top, left, bottom, right].map((side) => Math.max(side, 0));
  const padded = more.some(Boolean) ? pad(x, [0, 0, more[0]!, more[1]!, 0, 0, more[2]!, more[3]!]) : x;
  const less = [top, left, bottom, right].map((side) => Math.max(-side, 0));
  if (!less.some(Boolean)) return padded;
  const [h, w] = [Number(padded.shape[2]), Number(padded.shape[3])];
  return slice(padded, { starts: [less[0]!, less[1]!], ends: [h - less[2]!, w - less[3]!], axes: [2, 3] });
}

function planeOf(node: Node): [number, number] {
  const [, , height, width] = node.outputs[0]!.shape;
  if (typeof height !== 'number' || typeof width !== 'number')
    throw new RangeError(`${node.op} (node ${node.name}): the size of its plane is symbolic`);
  return [height, width];
}
