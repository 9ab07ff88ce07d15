import { type Dim, formatShape, type Shape } from '../graph/tensor-type.js';

/** The shape of two tensors combined element by element: dimensions are equal, or one of them is 1. */
export function broadcastShapes(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const at = (shape: Shape, i: number): Dim => shape[shape.length - rank + i] ?? 1;
  return Array.from({ length: rank }, (_, i) => {
    const [left, right] = [at(a, i), at(b, i)];
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    // A name beside a number can only stand for that number (or 1) when the graph runs.
    if (typeof left === 'string' && typeof right === 'number') return right;
    if (typeof right === 'string' && typeof left === 'number') return left;
    throw new RangeError(`shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast`);
  });
}
