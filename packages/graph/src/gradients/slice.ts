import { numberOf } from '../attribute.js';
import type { Value } from '../graph.js';
import { insertZeros } from '../insert-zeros.js';
import { pad, padsOf, slice, slicedAxes } from '../operators/slice.js';
import { normalizeAxis } from '../tensor-type.js';
import { singleOutput } from './gradient-rule.js';

/** Slice: zeros where nothing was taken */
export const sliceGradient = singleOutput((node, dy) => {
  const x = node.inputs[0]!;
  const pads = x.shape.flatMap(() => [0, 0]);
  let spread = dy;
  for (const { axis, start, step, length } of slicedAxes(node)) {
    spread = insertZeros(spread, axis, step);
    pads[axis] = start;
    pads[axis + x.shape.length] = Number(x.shape[axis]) - start - length * step;
  }
  return [pad(spread, pads)];
});

/** Concat: each operand gets its part */
export const concatGradient = singleOutput(({ inputs, attributes }, dy, needed) => {
  const axis = normalizeAxis(numberOf(attributes, 'axis', 0), dy.shape.length);
  let end = 0;
  return inputs.map((input, i): Value | undefined => {
    const start = end;
    end += Number(input!.shape[axis]);
    return needed[i] ? slice(dy, { starts: [start], ends: [end], axes: [axis] }) : undefined;
  });
});

/** Pad: what was added goes, what was taken away comes back as zeros */
export const padGradient = singleOutput((node, dy) => {
  const pads = padsOf(node);
  return [pad(dy, [...pads.map(({ before }) => -before), ...pads.map(({ after }) => -after)])];
});
