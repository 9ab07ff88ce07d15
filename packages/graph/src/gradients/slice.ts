import { insertZeros } from '../composites/insert-zeros.js';
import { numberOf } from '../graph/attribute.js';
import type { Value } from '../graph/graph.js';
import { normalizeAxis } from '../graph/tensor-type.js';
import { pad, padsOf, slice, slicedAxes } from '../operators/slice.js';
import { singleOutput } from './gradient-rule.js';

/** Slice: dy in the places that were taken, zeros elsewhere */
export const sliceGradient = singleOutput((node, dy) => {
  const x = node.inputs[0]!;
  const pads = x.shape.flatMap(() => [0, 0]);
  let spread = dy;
  for (const { axis, start, step, length } of slicedAxes(node)) {
    const first = step > 0 ? start : start + (length - 1) * step;
    spread = insertZeros(step > 0 ? spread : reversed(spread, axis), axis, Math.abs(step));
    pads[axis] = first;
    pads[axis + x.shape.length] = Number(x.shape[axis]) - first - length * Math.abs(step);
  }
  return [pad(spread, pads)];
});

/** Reverses the elements along an axis. */
function reversed(x: Value, axis: number): Value {
  return slice(x, { starts: [-1], ends: [-(2 ** 31)], axes: [axis], steps: [-1] });
}

/** Concat: each operand gets its part of dy */
export const concatGradient = singleOutput(({ inputs, attributes }, dy, needed) => {
  const axis = normalizeAxis(numberOf(attributes, 'axis', 0), dy.shape.length);
  let end = 0;
  return inputs.map((input, i): Value | undefined => {
    const start = end;
    end += Number(input!.shape[axis]);
    return needed[i] ? slice(dy, { starts: [start], ends: [end], axes: [axis] }) : undefined;
  });
});

/** Pad: added elements are removed from dy, removed ones come back as zeros */
export const padGradient = singleOutput((node, dy) => {
  const pads = padsOf(node);
  return [pad(dy, [...pads.map(({ before }) => -before), ...pads.map(({ after }) => -after)])];
});
