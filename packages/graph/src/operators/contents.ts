import { intsOf, numberOf } from '../graph/attribute.js';
import { product, quotient } from '../graph/dim-arithmetic.js';
import type { Node, Value } from '../graph/graph.js';
import { type Dim, normalizeAxis, sizeOf } from '../graph/tensor-type.js';

/** The most elements of a tensor of sizes or indices. */
const most = 4096;

/**
 * The elements of a scalar, list or small matrix, in row-major order, or `undefined` if they are not known without running the
 * graph. Known are constants, and what exporters compute from dimensions to write "the same batch size" or "a third of it".
 */
export function contentsOf(value: Value | undefined): readonly Dim[] | undefined {
  const size = value && sizeOf(value.shape);
  if (size === undefined || size > most) return undefined;
  if (value!.data) return Array.from(value!.data, Number);
  const node = value!.producer;
  return node && Object.hasOwn(contents, node.op) ? contents[node.op]!(node) : undefined;
}

const contents: Readonly<Record<string, (node: Node) => readonly Dim[] | undefined>> = {
  Add: elementwise((a, b) => (b === 0 ? a : a === 0 ? b : numeric(a, b, (x, y) => x + y))),
  Cast: (node) => {
    const isWhole = isInteger(node);
    return first(node)?.map((dim) => (isWhole && typeof dim === 'number' ? Math.trunc(dim) : dim));
  },
  Concat: ({ inputs, outputs }) => {
    const parts = inputs.map(contentsOf);
    if (outputs[0]!.shape.length !== 1 || parts.includes(undefined)) return undefined;
    return parts.flatMap((part) => part!);
  },
  ConstantOfShape: ({ outputs, attributes: { value } }) =>
    Array<Dim>(sizeOf(outputs[0]!.shape)!).fill(value?.kind === 'tensor' ? Number(value.value.data[0]) : 0),
  Div: (node) => {
    // The division of integers drops the remainder.
    const round = isInteger(node) ? Math.trunc : Number;
    return elementwise((a, b) => numeric(a, b, (x, y) => round(x / y)) ?? quotient([a], [b]))(node);
  },
  Equal: elementwise((a, b) => (a === b ? 1 : typeof a === typeof b || a === -1 || b === -1 ? 0 : undefined)),
  Gather: ({ inputs: [x, indices] }) => {
    const [from, at] = [contentsOf(x), contentsOf(indices)];
    if (x?.shape.length !== 1) return undefined;
    return from && at?.map((i) => from[normalizeAxis(Number(i), from.length)]!);
  },
  Identity: first,
  Mul: elementwise((a, b) => numeric(a, b, (x, y) => x * y) ?? product([a, b])),
  Range: ({ inputs, outputs }) => {
    const [start, , delta] = inputs.map((input) => contentsOf(input)?.[0]);
    if (typeof start !== 'number' || typeof delta !== 'number') return undefined;
    return Array.from({ length: sizeOf(outputs[0]!.shape)! }, (_, i) => start + i * delta);
  },
  Reshape: first,
  Shape: ({ inputs: [x], attributes }) =>
    x?.shape.slice(numberOf(attributes, 'start', 0), numberOf(attributes, 'end', x.shape.length)),
  Size: ({ inputs: [x] }) => x && [product(x.shape)],
  Slice: sliced,
  Squeeze: first,
  Sub: elementwise((a, b) => (b === 0 ? a : a === b ? 0 : numeric(a, b, (x, y) => x - y))),
  Transpose: ({ inputs: [x], attributes }) => {
    const [rows, columns] = (x?.shape ?? []) as number[];
    const from = contentsOf(x);
    const [major] = intsOf(attributes, 'perm') ?? [1];
    if (x?.shape.length !== 2 || major !== 1) return undefined;
    return from?.map((_, i) => from[(i % rows!) * columns! + Math.floor(i / rows!)]!);
  },
  Unsqueeze: first,
  Where: ({ inputs, outputs }) => {
    const size = sizeOf(outputs[0]!.shape)!;
    const [condition, a, b] = inputs.map((input) => repeated(contentsOf(input), size));
    return a && b && condition?.map((holds, i) => (holds ? a[i]! : b[i]!));
  },
};

function isInteger({ outputs }: Node): boolean {
  return outputs[0]!.dtype.startsWith('int');
}

function first({ inputs: [x] }: Node): readonly Dim[] | undefined {
  return contentsOf(x);
}

/** Applies a function element by element to two lists, each as long as the output or of one element. */
function elementwise(combine: (a: Dim, b: Dim) => Dim | undefined) {
  return ({ inputs, outputs }: Node): readonly Dim[] | undefined => {
    const size = sizeOf(outputs[0]!.shape)!;
    const [a, b] = inputs.map((input) => repeated(contentsOf(input), size));
    const results = b && a?.map((left, i) => combine(left, b[i]!));
    return results?.includes(undefined) ? undefined : (results as readonly Dim[] | undefined);
  };
}

function numeric(a: Dim, b: Dim, combine: (a: number, b: number) => number): number | undefined {
  if (typeof a !== 'number' || typeof b !== 'number') return undefined;
  const result = combine(a, b);
  return Number.isFinite(result) ? result : undefined;
}

function repeated(elements: readonly Dim[] | undefined, size: number): readonly Dim[] | undefined {
  if (elements?.length === 1) return Array<Dim>(size).fill(elements[0]!);
  return elements?.length === size ? elements : undefined;
}

/** A slice of the rows of a matrix, or of a list. */
function sliced({ inputs }: Node): readonly Dim[] | undefined {
  const [from, starts, ends, axes, steps] = inputs.map(contentsOf);
  const [rows, width = 1] = (inputs[0]?.shape ?? []) as number[];
  const [first, end, step] = [starts?.[0], ends?.[0], steps?.[0] ?? 1];
  if (!from || rows === undefined || inputs[0]!.shape.length > 2 || starts?.length !== 1) return undefined;
  if (typeof first !== 'number' || typeof end !== 'number' || typeof step !== 'number') return undefined;
  if (axes && normalizeAxis(Number(axes[0]), inputs[0]!.shape.length) !== 0) return undefined;
  const { start, length } = rangeOf(first, end, step, rows);
  return Array.from({ length }, (_, i) => start + i * step).flatMap((row) =>
    from.slice(row * width, (row + 1) * width),
  );
}

/** Where a slice of `size` elements starts and how many it takes; negative ends count from the back, others are cut off. */
export function rangeOf(
  first: number,
  end: number,
  step: number,
  size: number,
): { start: number; length: number } {
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const clamp = (at: number) => Math.min(Math.max(at < 0 ? at + size : at, low), high);
  const start = clamp(first);
  return { start, length: Math.max(0, Math.ceil((clamp(end) - start) / step)) };
}

/** The integers of an input whose elements are known, or `undefined` if the input is left out. */
export function constantInts(node: Node, index: number): readonly number[] | undefined {
  const input = node.inputs[index];
  if (!input) return undefined;
  const known = contentsOf(input);
  if (!known?.every((dim) => typeof dim === 'number'))
    throw new RangeError(`input ${index} must be a constant`);
  return known as readonly number[];
}
