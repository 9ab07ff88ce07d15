import fc from 'fast-check';
import { describe, it } from 'vitest';
import { differentiate } from '../differentiate.js';
import { string } from '../graph/attribute.js';
import { conv, convTranspose } from '../operators/conv.js';
import { add, mul } from '../operators/elementwise.js';
import { reduceMean, reduceSum } from '../operators/reduce.js';
import { checkGradient } from '../testing/check-gradient.js';

const dims = { n: 2 };
/** Groups of channels, and one to three numbers for each list of a window whose kernel fits the padded plane. */
const cases = fc
  .integer({ min: 1, max: 3 })
  .chain((rank) => {
    const list = (min: number, max: number, length = rank) =>
      fc.array(fc.integer({ min, max }), { minLength: length, maxLength: length });
    return fc.record({
      plane: list(1, rank === 3 ? 4 : 6),
      kernel: list(1, 3),
      strides: list(1, 2),
      dilations: list(1, 2),
      pads: list(0, 1, 2 * rank),
      groups: fc.integer({ min: 1, max: 3 }),
      inputs: fc.integer({ min: 1, max: 2 }),
      outputs: fc.integer({ min: 1, max: 2 }),
      seed: fc.nat(),
    });
  })
  .filter(({ plane, kernel, dilations, pads }) =>
    plane.every((size, i) => size + pads[i]! + pads[i + plane.length]! > dilations[i]! * (kernel[i]! - 1)),
  );

describe('gradient of a convolution with groups, of planes of one to three dimensions', () => {
  it('Conv agrees with differences', async () => {
    await fc.assert(
      fc.asyncProperty(cases, ({ groups, inputs, outputs, plane, kernel, seed, ...window }) =>
        checkGradient(
          [
            { shape: ['n', groups * inputs, ...plane], dims },
            { shape: [groups * outputs, inputs, ...kernel] },
            { shape: [groups * outputs] },
          ],
          (x, w, bias) => conv(x, w, { ...window, groups, bias }),
          seed,
        ),
      ),
      { numRuns: 40 },
    );
  });

  it('ConvTranspose agrees with differences', async () => {
    const fits = cases.filter(({ plane, kernel, strides, dilations, pads }) =>
      plane.every(
        (size, i) =>
          strides[i]! * (size - 1) + dilations[i]! * (kernel[i]! - 1) + 1 >
          pads[i]! + pads[i + plane.length]!,
      ),
    );
    await fc.assert(
      fc.asyncProperty(fits, ({ groups, inputs, outputs, plane, kernel, seed, ...window }) =>
        checkGradient(
          [
            { shape: ['n', groups * inputs, ...plane], dims },
            { shape: [groups * inputs, outputs, ...kernel] },
            { shape: [groups * outputs] },
          ],
          (x, w, bias) =>
            convTranspose(x, w, {
              ...window,
              groups,
              bias,
              outputPadding: window.strides.map((stride) => stride - 1),
            }),
          seed,
        ),
      ),
      { numRuns: 40 },
    );
  });

  it('Conv with auto_pad agrees with differences', async () => {
    for (const mode of ['SAME_UPPER', 'SAME_LOWER', 'VALID'])
      await checkGradient([{ shape: ['n', 2, 6, 5], dims }, { shape: [2, 2, 3, 2] }], (x, w) => {
        const strides = { kind: 'ints', value: [2, 1] } as const;
        return x.graph.add('Conv', [x, w], { auto_pad: string(mode), strides }).outputs[0]!;
      });
  });

  it('a depthwise separable convolution can be differentiated again', async () => {
    await checkGradient(
      [{ shape: ['n', 2, 4, 4], dims }, { shape: [2, 1, 3, 3] }, { shape: [3, 2, 1, 1] }],
      (x, depthwise, pointwise) => {
        const y = conv(conv(x, depthwise, { groups: 2, pads: 1 }), pointwise);
        const gradients = differentiate(reduceSum(mul(y, y)), [x, depthwise, pointwise]);
        return gradients.map((gradient) => reduceMean(mul(gradient, gradient))).reduce(add);
      },
    );
  });
});
