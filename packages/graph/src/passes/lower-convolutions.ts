import { insertZeros } from '../composites/insert-zeros.js';
import { columns, patches, planePads } from '../composites/patches.js';
import { averageWeights, exactPads } from '../composites/pool-weights.js';
import { resizeByMatrices } from '../composites/resize-matrices.js';
import type { Graph, Node, Value } from '../graph/graph.js';
import { sizeOf } from '../graph/tensor-type.js';
import { type ConvWindow, convWindowOf, outputPaddingOf } from '../operators/conv.js';
import { add, mul } from '../operators/elementwise.js';
import { matMul } from '../operators/mat-mul.js';
import { poolWindowOf } from '../operators/pool.js';
import { reduceMean } from '../operators/reduce.js';
import { reshape, transpose } from '../operators/shape.js';
import { pad } from '../operators/slice.js';
import { spanOf } from '../operators/window.js';
import { rebuild } from './rebuild.js';

/**
 * Replaces convolutions and resizing by matrix products, and average pools by means: operators that ONNX Runtime's CPU
 * provider also has for float64. Slower, but exact to the element type: the oracle for other forms.
 */
export function lowerConvolutions(graph: Graph): Graph {
  return rebuild(graph, (node, inputs) => {
    const lowering = Object.hasOwn(lowerings, node.op) ? lowerings[node.op] : undefined;
    return lowering && [lowering(node, inputs)];
  });
}

type Lowering = (node: Node, inputs: readonly (Value | undefined)[]) => Value;

const lowerings: Readonly<Record<string, Lowering>> = {
  AveragePool: lowerAveragePool,
  Conv: lowerConv,
  ConvTranspose: lowerConvTranspose,
  GlobalAveragePool: (_, [x]) => reduceMean(x!, { axes: planeAxes(x!), keepDims: true }),
  GlobalMaxPool: lowerGlobalMaxPool,
  Resize: (node, [x]) => resizeByMatrices(node, x!),
};

function lowerGlobalMaxPool(_: Node, [x]: readonly (Value | undefined)[]): Value {
  const axes = x!.graph.constant(planeAxes(x!), { dtype: 'int64' });
  return x!.graph.add('ReduceMax', [x, axes]).outputs[0]!;
}

function planeAxes(x: Value): number[] {
  return x.shape.flatMap((_, i) => (i > 1 ? [i] : []));
}

function lowerConv(node: Node, [x, w, bias]: readonly (Value | undefined)[]): Value {
  const window = convWindowOf(node);
  const plane = planeOf(node);
  return product(w!, columns(patches(x!, plane, window), window.groups), window, plane, bias);
}

/**
 * Zeros between the elements of the input spread them by the stride; a convolution with the kernel rotated by 180° and its
 * channels exchanged then sums the contributions of all elements. Reversing the order of patches rotates the kernel.
 */
function lowerConvTranspose(node: Node, [x, w, bias]: readonly (Value | undefined)[]): Value {
  const window = convWindowOf(node);
  const { kernel, strides, pads, groups } = window;
  const extra = outputPaddingOf(node, window);
  const before = kernel.map((_, i) => spanOf(window, i) - 1 - pads[i]!);
  const after = kernel.map(
    // Zeros after the last element count too.
    (_, i) => spanOf(window, i) - 1 - pads[i + kernel.length]! + extra[i]! - (strides[i]! - 1),
  );
  const plane = planeOf(node);
  const apart = strides.reduce((spread, stride, i) => insertZeros(spread, i + 2, stride), x!);
  const spread = pad(apart, planePads([...before, ...after]));
  const places = patches(spread, plane, {
    ...window,
    strides: strides.map(() => 1),
    pads: pads.map(() => 0),
  });
  const [c, o] = w!.shape as [number, number];
  const grouped = reshape(w!, [groups, c / groups, o, ...kernel]);
  const swapped = transpose(grouped, [0, 2, 1, ...kernel.map((_, i) => i + 3)]);
  const kernels = reshape(swapped, [groups * o, c / groups, ...kernel]);
  return product(kernels, columns(places.reverse(), groups), window, plane, bias);
}

/** Multiplies kernels `[o, c / groups, ...]` by columns `[n, groups, places * c / groups, size of the plane]`: `[n, o, ...plane]`. */
function product(
  kernels: Value,
  rows: Value,
  { kernel, groups }: ConvWindow,
  plane: readonly number[],
  bias: Value | undefined,
): Value {
  const [channels, inputs] = kernels.shape as [number, number];
  const places = sizeOf(kernel);
  const byPlace = transpose(reshape(kernels, [groups, channels / groups, inputs, places]), [0, 1, 3, 2]);
  const factors = reshape(byPlace, [groups, channels / groups, places * inputs]);
  const image = reshape(matMul(factors, rows), [rows.shape[0]!, channels, ...plane]);
  return bias ? add(image, reshape(bias, [channels, ...plane.map(() => 1)])) : image;
}

/** Sums the patches of the window, times the weight of an element in the mean. */
function lowerAveragePool(node: Node, [x]: readonly (Value | undefined)[]): Value {
  const plane = planeOf(node);
  const places = patches(x!, plane, { ...poolWindowOf(node), pads: exactPads(node) });
  return mul(places.reduce(add), averageWeights(node, x!.graph));
}

function planeOf(node: Node): number[] {
  const plane = node.outputs[0]!.shape.slice(2);
  if (plane.some((dim) => typeof dim === 'string'))
    throw new RangeError(`${node.op} (node ${node.name}): the size of its plane is symbolic`);
  return plane as number[];
}
