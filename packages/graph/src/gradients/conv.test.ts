import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differentiate } from '../differentiate.js';
import { Graph } from '../graph/graph.js';
import { sizeOf } from '../graph/tensor-type.js';
import { conv, convTranspose } from '../operators/conv.js';
import { mul } from '../operators/elementwise.js';
import { reduceSum } from '../operators/reduce.js';
import { lower } from '../passes/lower.js';
import { lowerConvolutions } from '../passes/lower-convolutions.js';
import { checkGradient, uniformStream } from '../testing/check-gradient.js';
import { compileGraph } from '../testing/run-graph.js';

const pair = (min: number, max: number) => fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));
/** Convolutions whose kernel fits the padded input; strides need not divide it. */
const cases = fc
  .record({
    channels: pair(1, 3),
    kernel: pair(1, 4),
    // Strides of 1 have a rule of their own.
    strides: fc.oneof(fc.constant<[number, number]>([1, 1]), pair(1, 3)),
    dilations: pair(1, 2),
    pads: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)),
    plane: pair(1, 8),
    n: fc.integer({ min: 1, max: 3 }),
    seed: fc.nat(),
  })
  .filter(({ kernel, dilations, pads, plane }) =>
    [0, 1].every((i) => plane[i]! + pads[i]! + pads[i + 2]! >= dilations[i]! * (kernel[i]! - 1) + 1),
  );

describe('gradient of Conv', () => {
  it('agrees with differences for any stride, padding, dilation and kernel', async () => {
    await fc.assert(
      fc.asyncProperty(cases, ({ channels, kernel, plane, n, seed, ...window }) =>
        checkGradient(
          [
            { shape: ['n', channels[0], ...plane], dims: { n } },
            { shape: [channels[1], channels[0], ...kernel] },
            { shape: [channels[1]] },
          ],
          (x, w, bias) => conv(x, w, { ...window, bias }),
          seed,
        ),
      ),
      { numRuns: 60 },
    );
  });

  it('is the same from ONNX Runtime’s own convolutions in float32 as from matrix products', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ channels, kernel, plane, n, seed, ...window }) => {
        const graph = new Graph();
        const x = graph.input('x', ['n', channels[0], ...plane]);
        const w = graph.input('w', [channels[1], channels[0], ...kernel]);
        const y = conv(x, w, window);
        const [dx, dw] = differentiate(reduceSum(mul(y, y)), [x, w]);
        for (const [name, value] of Object.entries({ y, dx, dw })) graph.output(name, value!);
        const random = uniformStream(seed);
        const fill = (shape: number[]) => {
          const size = sizeOf(shape);
          return {
            dtype: 'float32',
            shape,
            // Sums of positive terms do not cancel, so that an error relative to the result is one of rounding.
            data: Float32Array.from({ length: size }, () => random() + 0.5),
          } as const;
        };
        const inputs = {
          x: fill([n, channels[0], ...plane]),
          w: fill([channels[1], channels[0], ...kernel]),
        };
        const own = await (await compileGraph(lower(graph)))(inputs);
        const products = await (await compileGraph(lower(lowerConvolutions(graph))))(inputs);
        for (const name of ['y', 'dx', 'dw']) {
          expect(own[name]!.shape).toEqual(products[name]!.shape);
          const expected = Array.from(products[name]!.data, Number);
          const scale = Math.max(...expected.map(Math.abs));
          const error = Math.max(...expected.map((v, i) => Math.abs(Number(own[name]!.data[i]) - v)));
          expect(error).toBeLessThanOrEqual(1e-5 * scale);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('gradient of ConvTranspose', () => {
  it('agrees with differences for any stride, padding, dilation, kernel and output padding', async () => {
    const transposed = cases.chain((fixed) =>
      fc
        .tuple(...fixed.strides.map((stride) => fc.nat(stride - 1)))
        .map((outputPadding) => ({ ...fixed, outputPadding: outputPadding as [number, number] })),
    );
    const fits = transposed.filter(({ plane, kernel, strides, dilations, pads, outputPadding }) =>
      [0, 1].every(
        (i) =>
          strides[i]! * (plane[i]! - 1) + dilations[i]! * (kernel[i]! - 1) + 1 + outputPadding[i]! >
          pads[i]! + pads[i + 2]!,
      ),
    );
    await fc.assert(
      fc.asyncProperty(fits, ({ channels, kernel, plane, n, seed, ...window }) =>
        checkGradient(
          [
            { shape: ['n', channels[0], ...plane], dims: { n } },
            { shape: [channels[0], channels[1], ...kernel] },
            { shape: [channels[1]] },
          ],
          (x, w, bias) => convTranspose(x, w, { ...window, bias }),
          seed,
        ),
      ),
      { numRuns: 40 },
    );
  });
});
