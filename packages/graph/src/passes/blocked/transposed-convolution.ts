import type { Value } from '../../graph/graph.js';
import type { ConvWindow } from '../../operators/conv.js';
import { gather } from '../../operators/gather.js';
import { reshape } from '../../operators/shape.js';
import { concat } from '../../operators/slice.js';
import { spanOf } from '../../operators/window.js';
import type { Layouts } from './layouts.js';
import { blockedConv, reorderInput } from './operators.js';
import { chooseRows } from './rows.js';

/**
 * Computes a transposed convolution of x `[n, k, h, w]` with w `[k, c, kh, kw]` as a convolution. With strides, output elements
 * whose indices leave the same remainder (a phase) form a convolution with the part of the kernel that reaches them. All
 * phases are computed at once, as channels, and then interleaved. `undefined` if channels are no whole blocks.
 */
export function blockedTransposedConvolution(
  layouts: Layouts,
  { x, w, bias, window, outputPadding }: TransposedConvolution,
): Value | undefined {
  const { block } = layouts;
  const [inputs, outputs] = w.shape as number[];
  if (window.groups !== 1 || !layouts.fits(x) || outputs! % block !== 0) return undefined;
  const [inBlocks, outBlocks] = [inputs! / block, outputs! / block];
  const plane = window.strides.map((stride, i) => {
    const covered = stride * ((x.shape[i + 2] as number) - 1) + spanOf(window, i);
    return covered + outputPadding[i]! - window.pads[i]! - window.pads[i + 2]!;
  });
  const [rows, columns] = plane.map((size, i) => phasesOf(window, i, x.shape[i + 2] as number, size)) as [
    Phases,
    Phases,
  ];
  const taps = window.kernel[0]! * window.kernel[1]!;
  const places = range(rows.count).flatMap((rowPhase) =>
    range(columns.count).flatMap((columnPhase) =>
      range(outBlocks).flatMap((output) =>
        range(inBlocks).flatMap((input) =>
          rows.taps[rowPhase]!.flatMap((row) =>
            columns.taps[columnPhase]!.map((column) =>
              row === undefined || column === undefined
                ? undefined
                : (input * outBlocks + output) * taps + row * window.kernel[1]! + column,
            ),
          ),
        ),
      ),
    ),
  );
  // Squares of `block x block` weights, each transposed, then reordered.
  const squares = reshape(layouts.weights(w), [inBlocks * outBlocks * taps, block, 1, block]);
  const kernel = [rows.taps[0]!.length, columns.taps[0]!.length];
  const phases = rows.count * columns.count;
  const weights = reshape(chooseRows(reorderInput(squares), block * block, places), [
    phases * outputs!,
    inputs!,
    ...kernel,
  ]);
  const biases = bias && phases > 1 ? concat(Array<Value>(phases).fill(bias), 0) : bias;
  const images = x.shape[0]!;
  const y = blockedConv(layouts.blocked(x), weights, [images, phases * outputs!, rows.size, columns.size], {
    window: {
      kernel,
      strides: [1, 1],
      dilations: [1, 1],
      pads: [rows.before, columns.before, rows.after, columns.after],
      groups: 1,
    },
    bias: biases,
  });
  if (phases === 1) return layouts.mark(y);
  const size = rows.size * columns.size;
  const sources = range(outBlocks).flatMap((output) =>
    range(plane[0]!).flatMap((row) =>
      range(plane[1]!).map((column) => {
        const phase = (row % rows.count) * columns.count + (column % columns.count);
        const place = Math.floor(row / rows.count) * columns.size + Math.floor(column / columns.count);
        return (phase * outBlocks + output) * size + place;
      }),
    ),
  );
  const pixels = reshape(y, [images, phases * outBlocks * size, block]);
  const interleaved = gather(pixels, x.graph.constant(sources, { dtype: 'int64' }), 1);
  return layouts.mark(reshape(interleaved, [images, outputs!, ...plane]));
}

export interface TransposedConvolution {
  readonly x: Value;
  readonly w: Value;
  readonly bias?: Value | undefined;
  readonly window: ConvWindow;
  /** Elements added at the end of height and width. */
  readonly outputPadding: readonly number[];
}

/** A transposed convolution along one axis as convolutions of stride 1. */
interface Phases {
  /** Number of phases, the stride. */
  readonly count: number;
  /** Elements of each phase, the last of which may be beyond the output. */
  readonly size: number;
  readonly before: number;
  readonly after: number;
  /** For each phase the places of the kernel that it meets in turn; `undefined` stands for a weight of 0. */
  readonly taps: readonly (readonly (number | undefined)[])[];
}

/**
 * Element `o` of x and place `i` of the kernel contribute to element `stride o + dilation i - pad` of the output. So element
 * `stride a + r`, of phase r, gets place i from `x[a + m]` with `m = (r + pad - dilation i) / stride`, if that is an integer.
 */
function phasesOf(
  { kernel, strides, dilations, pads }: ConvWindow,
  axis: number,
  length: number,
  output: number,
): Phases {
  const [stride, dilation, pad] = [strides[axis]!, dilations[axis]!, pads[axis]!];
  const size = Math.ceil(output / stride);
  const offsets = range(stride).flatMap((phase) =>
    range(kernel[axis]!).map((place) => (phase + pad - dilation * place) / stride),
  );
  const whole = offsets.filter(Number.isInteger);
  // Wide enough that no padding is negative.
  const first = Math.min(0, ...whole);
  const last = Math.max(length - size, ...whole);
  const taps = range(stride).map((phase) =>
    range(last - first + 1).map((i) => {
      const place = (phase + pad - stride * (first + i)) / dilation;
      return Number.isInteger(place) && place >= 0 && place < kernel[axis]! ? place : undefined;
    }),
  );
  return { count: stride, size, before: -first, after: size - length + last, taps };
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
