import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differentiate } from '../differentiate.js';
import { Graph } from '../graph/graph.js';
import { groupNormalization, instanceNormalization, layerNormalization } from '../operators/normalization.js';
import { reduceSum } from '../operators/reduce.js';
import { checkGradient, checkSecondGradient } from '../testing/check-gradient.js';

const dims = { n: 2 };
// At least a little spread: what is normalised and has none has a gradient that differences cannot resolve.
const epsilon = 1e-2;

describe('gradient of LayerNormalization', () => {
  const cases: { axis?: number; scale: number[]; bias?: number[] }[] = [
    { scale: [5], bias: [5] },
    { scale: [5] },
    { axis: 1, scale: [3, 5], bias: [3, 5] },
    { axis: -2, scale: [3, 5] },
  ];

  it.each(cases)('agrees with differences: %o', async ({ axis = -1, scale, bias }) => {
    const inputs = [{ shape: ['n', 3, 5], dims }, { shape: scale }, ...(bias ? [{ shape: bias }] : [])];
    for (const check of [checkGradient, checkSecondGradient])
      await check(inputs, (x, a, b) => layerNormalization(x, a, b, { axis, epsilon }));
  });

  it('goes over symbolic dimensions too', async () => {
    await checkGradient(
      [
        { shape: [2, 'n'], dims: { n: 4 } },
        { shape: ['n'], dims: { n: 4 } },
      ],
      (x, scale) => layerNormalization(x, scale, undefined, { epsilon }),
    );
  });

  it('is refused for mean and deviation', () => {
    const graph = new Graph();
    const [x, scale] = [graph.input('x', ['n', 4]), graph.input('scale', [4])];
    const [, mean] = graph.add('LayerNormalization', [x, scale], {}, { outputs: 3 }).outputs;
    expect(() => differentiate(reduceSum(mean!), [x])).toThrow(
      'differentiate: gradient of LayerNormalization (node LayerNormalization_0): only its first output can be differentiated',
    );
  });
});

const planes = fc.constantFrom([4], [2, 3], [2, 1, 3]);

describe('gradient of InstanceNormalization', () => {
  it('agrees with differences', async () => {
    await fc.assert(
      fc.asyncProperty(planes, fc.integer({ min: 1, max: 3 }), fc.nat(), (plane, channels, seed) =>
        checkGradient(
          [{ shape: ['n', channels, ...plane], dims }, { shape: [channels] }, { shape: [channels] }],
          (x, scale, bias) => instanceNormalization(x, scale, bias, { epsilon }),
          seed,
        ),
      ),
      { numRuns: 15 },
    );
  });

  it('can be differentiated again', async () => {
    await checkSecondGradient(
      [{ shape: ['n', 2, 2, 3], dims }, { shape: [2] }, { shape: [2] }],
      (x, scale, bias) => instanceNormalization(x, scale, bias, { epsilon }),
    );
  });
});

describe('gradient of GroupNormalization', () => {
  it('agrees with differences for any number of groups', async () => {
    const groups = fc.constantFrom(1, 2, 3, 6);
    await fc.assert(
      fc.asyncProperty(planes, groups, fc.nat(), (plane, count, seed) =>
        checkGradient(
          [{ shape: ['n', 6, ...plane], dims }, { shape: [6] }, { shape: [6] }],
          (x, scale, bias) => groupNormalization(x, scale, bias, { groups: count, epsilon }),
          seed,
        ),
      ),
      { numRuns: 15 },
    );
  });

  it('can be differentiated again', async () => {
    await checkSecondGradient(
      [{ shape: ['n', 4, 3], dims }, { shape: [4] }, { shape: [4] }],
      (x, scale, bias) => groupNormalization(x, scale, bias, { groups: 2, epsilon }),
    );
  });

  it('goes over planes of symbolic size', async () => {
    await checkGradient(
      [{ shape: ['n', 4, 'h', 'w'], dims: { n: 2, h: 2, w: 3 } }, { shape: [4] }, { shape: [4] }],
      (x, scale, bias) => groupNormalization(x, scale, bias, { groups: 2, epsilon }),
    );
  });
});
