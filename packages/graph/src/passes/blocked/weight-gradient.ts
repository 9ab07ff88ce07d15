import type { WeightGradient } from '../../gradients/conv-weight.js';
import type { Value } from '../../graph/graph.js';
import { add } from '../../operators/elementwise.js';
import { reduceSum } from '../../operators/reduce.js';
import { reshape, transpose } from '../../operators/shape.js';
import { pad, slice } from '../../operators/slice.js';
import type { Layouts } from './layouts.js';
import { blockedConv, padColumns, reorderOutput } from './operators.js';
import { exchangeRows } from './rows.js';

/**
 * The gradient of a convolution's weights as a convolution, for which tensors are read as they lie in memory. Its weights are
 * dy `[n, k / block, oh, ow, block]`: as many kernels of `oh x ow`, one image deep. Its input is x
 * `[c / lanes, n, h, w lanes]`: images for channels, and the channels of a block, its lanes, side by side in a row, over which
 * the kernel steps `lanes` at a time. So one row of the output has a place for every lane and column of the gradient, which
 * is what the kernels of ONNX Runtime need to be busy: 185 to 340 GFLOP/s beside 60 to 150 of other forms. Stride and dilation
 * change places. Images go in groups that are summed in the convolution, and the groups after it; those that are left of
 * whole blocks of images have a convolution of their own.
 *
 * Nothing where the batch is symbolic or dy has no whole blocks.
 */
export function blockedWeightGradient(
  layouts: Layouts,
  { x, w, dy, window }: WeightGradient,
): Value | undefined {
  const { block } = layouts;
  const [images, channels, ...plane] = x.shape as number[];
  const [, filters, ...places] = dy.shape as number[];
  const { kernel, strides, dilations, pads } = window;
  if (typeof images !== 'number' || window.groups !== 1 || !layouts.fits(dy)) return undefined;
  const lanes = channels! % block === 0 ? block : channels!;
  const [inBlocks, outBlocks] = [channels! / lanes, filters! / block];
  // As many elements at the end as the last place of the kernel sees.
  const after = kernel.map((size, i) => {
    const seen = strides[i]! * (places[i]! - 1) + dilations[i]! * (size - 1) + 1;
    return Math.max(seen - plane[i]! - pads[i]!, 0);
  });
  const [height, width] = plane.map((size, i) => size + pads[i]! + after[i]!) as [number, number];
  const reach = strides.map((stride, i) => stride * (places[i]! - 1) + 1);
  const rows = Math.floor((height - reach[0]!) / dilations[0]!) + 1;
  const columns = width - reach[1]! + 1;

  // Beside padding of its own the convolution computes one element at a time, so columns are padded before.
  const sides = [pads[1]!, after[1]!] as const;
  const padded =
    lanes === block
      ? padColumns(layouts.blocked(x), sides)
      : pad(transpose(layouts.plain(x), [0, 2, 3, 1]), [0, 0, sides[0], 0, 0, 0, sides[1], 0]);
  const size = places[0]! * places[1]! * block;
  /** Of some of the images, a group at a time, `[inBlocks, groups filters, rows, columns lanes]`; `before` is added. */
  const products = ({ from, count }: Images, groups: number, before?: Value): Value => {
    const input = exchangeRows(padded, [count, inBlocks, plane[0]! * width * lanes], {
      from: from * inBlocks,
    });
    const kernels = exchangeRows(layouts.blocked(dy), [count / groups, outBlocks, size], {
      groups,
      from: from * outBlocks,
    });
    return blockedConv(
      reshape(input, [inBlocks, count, plane[0]!, width * lanes]),
      reshape(kernels, [groups * filters!, count / groups, ...places]),
      [inBlocks, groups * filters!, rows, columns * lanes],
      {
        window: {
          kernel: places,
          strides: [dilations[0]!, 1],
          dilations: [strides[0]!, strides[1]! * lanes],
          pads: [pads[0]!, 0, after[0]!, 0],
          groups,
        },
        sum: before,
      },
    );
  };
  const together = block / 2;
  const shape = [outBlocks, rows, columns, lanes * block];
  const sums = isLarge([inBlocks, ...shape])
    ? // Each on top of those before, which are not written and read once more.
      [parts(images, together).reduce<Value | undefined>((sum, part) => products(part, 1, sum), undefined)!]
    : wholeBlocksAndRest(images, block).map((part) => {
        const groups = part.count / commonDivisor(part.count, together);
        const perGroup = products(part, groups);
        return groups === 1
          ? perGroup
          : reduceSum(reshape(perGroup, [inBlocks, groups, ...shape]), { axes: [1] });
      });
  const sum = sums.map((own) => reshape(own, [inBlocks, ...shape])).reduce(add);
  // Where the stride left out elements at the end, or places of the kernel lie apart, there are places between.
  const [kernelRows, kernelColumns] = kernel as [number, number];
  const gradient =
    rows === kernelRows && columns === kernelColumns
      ? sum
      : slice(sum, {
          axes: [2, 3],
          starts: [0, 0],
          ends: [kernelRows, dilations[1]! * (kernelColumns - 1) + 1],
          steps: [1, dilations[1]!],
        });
  const taps = kernelRows * kernelColumns;
  const byFilter = exchangeRows(gradient, [inBlocks, outBlocks, taps * lanes * block]);
  const byLane = reorderOutput(reshape(byFilter, [outBlocks, block, 1, inBlocks * taps * lanes]));
  if (lanes === block) return reorderOutput(reshape(byLane, w.shape as number[]));
  return reshape(transpose(reshape(byLane, [filters!, taps, lanes]), [0, 2, 1]), w.shape);
}

interface Images {
  readonly from: number;
  readonly count: number;
}

/** Whether a tensor does not stay in the cache between two operators. */
function isLarge(shape: readonly number[]): boolean {
  return shape.reduce((a, b) => a * b) > 2 ** 19;
}

/** Up to `size` images each: a convolution takes fewer channels than a block, or whole blocks, which it takes for blocked. */
function parts(images: number, size: number): Images[] {
  return Array.from({ length: Math.ceil(images / size) }, (_, i) => ({
    from: i * size,
    count: Math.min(size, images - i * size),
  }));
}

/** As many as a convolution in groups takes for channels. */
function wholeBlocksAndRest(images: number, block: number): Images[] {
  const rest = images % block;
  const all = [
    { from: 0, count: images - rest },
    { from: images - rest, count: rest },
  ];
  return all.filter(({ count }) => count > 0);
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
