import { reduceSum, reduceSumSquare, type Value } from '@spectrain/graph';

/** The sum of the squares of all elements, a scalar; row by row first, since one long sum in float32 loses digits. */
export function sumOfSquares(x: Value): Value {
  const inner = [...x.shape.keys()].slice(1);
  return inner.length > 0 ? reduceSum(reduceSumSquare(x, { axes: inner })) : reduceSumSquare(x);
}
