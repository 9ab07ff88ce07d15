/** Groups, planes of one and three dimensions, `auto_pad`, pools and resizing; lower-convolutions.test.ts has the rest. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { differentiate } from '../differentiate.js';
import { int, ints, string } from '../graph/attribute.js';
import type { Value } from '../graph/graph.js';
import { conv, convTranspose } from '../operators/conv.js';
import { mul } from '../operators/elementwise.js';
import { averagePool, globalMaxPool } from '../operators/pool.js';
import { reduceSum } from '../operators/reduce.js';
import { type Coordinates, resize } from '../operators/resize.js';
import { expectSame } from '../testing/expect-same.js';

/** One-, two- and three-dimensional windows; as many numbers in each list as the plane has dimensions. */
const windows = fc.integer({ min: 1, max: 3 }).chain((rank) => {
  const list = (min: number, max: number, length = rank) =>
    fc.array(fc.integer({ min, max }), { minLength: length, maxLength: length });
  return fc.record({
    plane: list(1, rank === 3 ? 4 : 7),
    kernel: list(1, 3),
    strides: list(1, 3),
    dilations: list(1, 2),
    pads: list(0, 2, 2 * rank),
    extra: list(0, 2),
  });
});
const sizes = fc.record({
  n: fc.integer({ min: 1, max: 3 }),
  groups: fc.integer({ min: 1, max: 3 }),
  inputs: fc.integer({ min: 1, max: 2 }),
  outputs: fc.integer({ min: 1, max: 2 }),
  seed: fc.nat(),
});

/** Checks the output of `build` and its gradients with respect to inputs of these shapes, the first being that of images. */
function expectSameGradients(
  build: (...values: Value[]) => Value,
  shapes: readonly (readonly number[])[],
  seed: number,
): Promise<void> {
  return expectSame(
    (graph, dtype) => {
      const inputs = shapes.map((shape, i) =>
        graph.input(`x${i}`, i === 0 ? ['n', ...shape.slice(1)] : shape, dtype),
      );
      const y = build(...inputs);
      graph.output('y', y);
      differentiate(reduceSum(mul(y, y)), inputs).forEach((gradient, i) => {
        graph.output(`dx${i}`, gradient);
      });
    },
    Object.fromEntries(shapes.map((shape, i) => [`x${i}`, shape])),
    seed,
    // Gradients of a bias are sums of up to 2000 terms, added one by one: half of 6e-8 for each.
    6e-5,
  );
}

describe('float32 through ONNX Runtime’s operators and float64 through products agree', () => {
  it('for grouped Conv', async () => {
    const cases = fc
      .record({ sizes, window: windows })
      .filter(({ window: { plane, kernel, dilations, pads } }) =>
        plane.every(
          (size, i) => size + pads[i]! + pads[i + plane.length]! > dilations[i]! * (kernel[i]! - 1),
        ),
      );
    await fc.assert(
      fc.asyncProperty(cases, ({ sizes: { n, groups, inputs, outputs, seed }, window }) => {
        const { plane, kernel, strides, dilations, pads } = window;
        const shapes = [
          [n, groups * inputs, ...plane],
          [groups * outputs, inputs, ...kernel],
          [groups * outputs],
        ];
        const build = (x: Value, w: Value, bias: Value) =>
          conv(x, w, { strides, dilations, pads, groups, bias });
        return expectSameGradients(build as (...values: Value[]) => Value, shapes, seed);
      }),
      { numRuns: 60 },
    );
  });

  it('for grouped ConvTranspose', async () => {
    const cases = fc
      .record({ sizes, window: windows })
      .map(({ sizes, window }) => ({
        sizes,
        window: { ...window, extra: window.extra.map((more, i) => Math.min(more, window.strides[i]! - 1)) },
      }))
      .filter(({ window: { plane, kernel, strides, dilations, pads, extra } }) =>
        plane.every(
          (size, i) =>
            strides[i]! * (size - 1) + dilations[i]! * (kernel[i]! - 1) + 1 + extra[i]! >
            pads[i]! + pads[i + plane.length]!,
        ),
      );
    await fc.assert(
      fc.asyncProperty(cases, ({ sizes: { n, groups, inputs, outputs, seed }, window }) => {
        const { plane, kernel, strides, dilations, pads, extra } = window;
        const shapes = [
          [n, groups * inputs, ...plane],
          [groups * inputs, outputs, ...kernel],
          [groups * outputs],
        ];
        const build = (x: Value, w: Value, bias: Value) =>
          convTranspose(x, w, { strides, dilations, pads, groups, bias, outputPadding: extra });
        return expectSameGradients(build as (...values: Value[]) => Value, shapes, seed);
      }),
      { numRuns: 60 },
    );
  });

  it.each(['SAME_UPPER', 'SAME_LOWER', 'VALID'])('for auto_pad %s', async (mode) => {
    for (const [plane, kernel, strides, dilations] of [
      [
        [7, 6],
        [3, 2],
        [1, 1],
        [1, 1],
      ],
      [
        [7, 6],
        [3, 4],
        [2, 3],
        [1, 1],
      ],
      [
        [8, 5],
        [2, 2],
        [1, 2],
        [3, 2],
      ],
      [[9], [4], [3], [1]],
    ] as const) {
      const attributes = {
        auto_pad: string(mode),
        strides: ints(strides),
        dilations: ints(dilations),
        group: int(2),
      };
      for (const op of ['Conv', 'ConvTranspose'])
        await expectSameGradients(
          (...values) => values[0]!.graph.add(op, values, attributes).outputs[0]!,
          [
            [2, 4, ...plane],
            [4, 2, ...kernel],
          ],
          1,
        );
    }
  });

  it('for AveragePool and GlobalMaxPool', async () => {
    const cases = fc
      .record({
        window: windows,
        n: fc.integer({ min: 1, max: 3 }),
        seed: fc.nat(),
        flags: fc.tuple(fc.boolean(), fc.boolean()),
      })
      .filter(({ window: { plane, kernel, pads } }) =>
        plane.every(
          (size, i) =>
            size + pads[i]! + pads[i + plane.length]! >= kernel[i]! &&
            Math.max(pads[i]!, pads[i + plane.length]!) < kernel[i]!,
        ),
      );
    await fc.assert(
      fc.asyncProperty(cases, ({ window, n, seed, flags: [countIncludePad, ceilMode] }) => {
        const { plane, kernel, strides, pads } = window;
        const build = (x: Value) => averagePool(x, { kernel, strides, pads, countIncludePad, ceilMode });
        return expectSameGradients(build as (...values: Value[]) => Value, [[n, 2, ...plane]], seed);
      }),
      { numRuns: 80 },
    );
    await expectSameGradients(globalMaxPool as (...values: Value[]) => Value, [[3, 2, 4, 5]], 2);
  });

  it('for Resize', async () => {
    const coordinates: Coordinates[] = ['half_pixel', 'pytorch_half_pixel', 'align_corners', 'asymmetric'];
    for (const coordinate of coordinates)
      for (const mode of ['nearest', 'linear'] as const)
        for (const scales of [
          [2, 3],
          [1, 2],
          [1.5, 0.5],
          [0.4, 2.25],
        ] as const)
          await expectSameGradients(
            (...[x]) => resize(x!, { mode, scales, coordinates: coordinate }),
            [[2, 3, 4, 6]],
            3,
          );
  });
});
