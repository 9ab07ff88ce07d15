import type { Value } from '../graph/graph.js';
import { greater, less } from '../operators/elementwise.js';
import { where } from '../operators/where.js';
import { singleOutput, sumToShapeOf } from './gradient-rule.js';

/** y = x limited to min and max (min <= max): dy to whichever of the three y equals; to x where x is on a bound */
export const clipGradient = singleOutput(({ inputs: [x, min, max] }, dy, [needX, needMin, needMax]) => {
  const [isBelow, isAbove] = [min && less(x!, min), max && greater(x!, max)];
  const outside = (condition: Value | undefined, dx: Value) => (condition ? where(condition, 0, dx) : dx);
  return [
    needX ? outside(isBelow, outside(isAbove, dy)) : undefined,
    needMin ? sumToShapeOf(where(isBelow!, dy, 0), min!) : undefined,
    needMax ? sumToShapeOf(where(isAbove!, dy, 0), max!) : undefined,
  ];
});
