import { numberOf } from '../attribute.js';
import type { Node, Value } from '../graph.js';
import { type Dim, normalizeAxis } from '../tensor-type.js';

/**
 * The elements of an integer scalar or list as far as they are known without running the graph: those of a constant, and
 * dimensions of a shape that were picked and joined, as exporters do to write "the same batch size".
 */
export function contentsOf(value: Value | undefined): readonly Dim[] | undefined {
  if (!value || value.shape.length > 1) return undefined;
  if (value.data) return Array.from(value.data, Number);
  const node = value.producer;
  return node && Object.hasOwn(contents, node.op) ? contents[node.op]!(node) : undefined;
}

const contents: Readonly<Record<string, (node: Node) => readonly Dim[] | undefined>> = {
  Shape: ({ inputs: [x], attributes }) =>
    x?.shape.slice(numberOf(attributes, 'start', 0), numberOf(attributes, 'end', x.shape.length)),
  Gather: ({ inputs: [x, indices] }) => {
    const [from, at] = [contentsOf(x), contentsOf(indices)];
    return from && at?.map((i) => from[normalizeAxis(Number(i), from.length)]!);
  },
  Slice: ({ inputs }) => {
    const [from, starts, ends, , steps] = inputs.map(contentsOf);
    const [start, end, step] = [starts?.[0], ends?.[0], steps?.[0] ?? 1];
    if (typeof start !== 'number' || typeof end !== 'number' || step !== 1) return undefined;
    return from?.slice(start, end);
  },
  Concat: ({ inputs }) => {
    const parts = inputs.map(contentsOf);
    return parts.includes(undefined) ? undefined : parts.flatMap((part) => part!);
  },
  Unsqueeze: first,
  Squeeze: first,
  Cast: first,
  Identity: first,
};

function first({ inputs: [x] }: Node): readonly Dim[] | undefined {
  return contentsOf(x);
}

/** The integers of an input whose elements are known, or nothing where the input is left out. */
export function constantInts(node: Node, index: number): readonly number[] | undefined {
  const input = node.inputs[index];
  if (!input) return undefined;
  const known = contentsOf(input);
  if (!known?.every((dim) => typeof dim === 'number'))
    throw new RangeError(`input ${index} must be a constant`);
  return known as readonly number[];
}
