import type { WeightGradient } from '../../gradients/conv-weight.js';
import type { Value } from '../../graph.js';
import { reshape, transpose } from '../../operators/shape.js';
import { pad } from '../../operators/slice.js';
import type { Layouts } from './layouts.js';
import { blockedConv, reorderInput } from './operators.js';

/** More elements of dy than this do not stay in a cache while they serve as weights: then products are faster. */
const largest = 2 ** 19;

/**
 * The gradient of a convolution's weights as a convolution: images take the part of channels, so that it sums over them.
 * Its input is x `[c, n, h, w]`, its weights are dy `[channels, n, oh, ow]`, and stride and dilation change places. Nothing
 * where images or channels are not whole blocks, or the stride left out elements at the end of x.
 */
export function blockedWeightGradient(
  layouts: Layouts,
  { x, w, dy, window }: WeightGradient,
): Value | undefined {
  const { block } = layouts;
  const [images, inputs, ...plane] = x.shape;
  const [, channels, ...places] = dy.shape as number[];
  if (typeof images !== 'number' || images % block !== 0 || window.groups !== 1 || !layouts.fits(dy))
    return undefined;
  const size = places[0]! * places[1]!;
  if (channels! * images * size > largest) return undefined;
  const before = window.pads.slice(0, 2);
  // As many elements at the end as make the output the size of the kernel.
  const after = window.kernel.map((kernel, i) => {
    const reach = window.strides[i]! * (places[i]! - 1) + 1;
    return window.dilations[i]! * (kernel - 1) + reach - (plane[i] as number) - before[i]!;
  });
  if (after.some((pad) => pad < 0)) return undefined;
  // Beside padding of its own the convolution computes one element at a time, so columns are padded before.
  const padded = pad(transpose(layouts.plain(x), [1, 0, 2, 3]), [0, 0, 0, before[1]!, 0, 0, 0, after[1]!]);
  const blocks = reshape(layouts.blocked(dy), [images / block, block, channels! / block, size, block]);
  const weights = reshape(transpose(blocks, [2, 0, 3, 1, 4]), [channels!, images, ...places]);
  const gradient = layouts.plain(
    layouts.mark(
      blockedConv(reorderInput(padded), weights, [inputs!, channels!, ...window.kernel], {
        window: {
          kernel: places,
          strides: window.dilations,
          dilations: window.strides,
          pads: [before[0]!, 0, after[0]!, 0],
          groups: 1,
        },
      }),
    ),
  );
  return reshape(transpose(gradient, [1, 0, 2, 3]), w.shape);
}
