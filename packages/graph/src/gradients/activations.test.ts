import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differentiate } from '../differentiate.js';
import { float } from '../graph/attribute.js';
import { Graph, type Value } from '../graph/graph.js';
import {
  celu,
  elu,
  gelu,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  mish,
  pRelu,
  selu,
  softplus,
  softsign,
  thresholdedRelu,
} from '../operators/activations.js';
import { reduceSum } from '../operators/reduce.js';
import { checkGradient, checkSecondGradient } from '../testing/check-gradient.js';
import { compileGraph } from '../testing/run-graph.js';

const anywhere = (u: number) => 4 * u - 2;
/** Not near 0, where there is a kink. */
const besidesZero = (u: number) => (u < 0.5 ? 4 * u - 2.1 : 4 * u - 1.9);
/** From -4 to 4, not near ±1, ±2 and ±3. */
const besidesIntegers = (u: number) => Math.floor(8 * u) - 4 + 0.1 + 0.8 * ((8 * u) % 1);

const withoutAttributes = (op: string) => (x: Value) => x.graph.add(op, [x]).outputs[0]!;

describe.each<[string, ((x: Value) => Value)[], (u: number) => number]>([
  ['LeakyRelu', [leakyRelu, (x) => leakyRelu(x, 0.3), (x) => leakyRelu(x, -1)], besidesZero],
  ['Elu', [elu, (x) => elu(x, 0.4)], besidesZero],
  ['Celu', [celu, (x) => celu(x, 1.7)], besidesZero],
  [
    'Selu',
    [selu, (x) => x.graph.add('Selu', [x], { alpha: float(2), gamma: float(0.5) }).outputs[0]!],
    besidesZero,
  ],
  ['ThresholdedRelu', [thresholdedRelu, (x) => thresholdedRelu(x, -2)], besidesIntegers],
  // These have their kinks at ±2.5, at ±2, and at ±3.
  [
    'HardSigmoid',
    [withoutAttributes('HardSigmoid'), (x) => hardSigmoid(x, { alpha: 0.25 })],
    (u) => 2.4 * (2 * u - 1),
  ],
  ['HardSwish', [hardSwish], besidesIntegers],
  ['Softplus', [softplus], anywhere],
  ['Softsign', [softsign], besidesZero],
  ['Mish', [mish], anywhere],
  ['Gelu', [gelu, (x) => gelu(x, 'tanh')], anywhere],
])('gradient of %s', (op, variants, draw) => {
  const cases = fc.tuple(fc.array(fc.constantFrom(1, 2, 3), { maxLength: 3 }), fc.nat());

  it('agrees with differences', async () => {
    for (const apply of [...variants, withoutAttributes(op)])
      await fc.assert(
        fc.asyncProperty(cases, ([shape, seed]) =>
          checkGradient([{ shape: ['n', ...shape], dims: { n: 2 }, draw }], (x) => apply(x), seed),
        ),
        { numRuns: 5 },
      );
  });

  it('can be differentiated again', async () => {
    for (const apply of variants)
      await checkSecondGradient([{ shape: ['n', 5], dims: { n: 3 }, draw }], (x) => apply(x));
  });

  it('is a number far from 0, also the second time', async () => {
    const graph = new Graph();
    const x = graph.input('x', [6]);
    const [first] = differentiate(reduceSum(variants[0]!(x)), [x]);
    graph.output('first', first!);
    // A second derivative that is 0 everywhere need not depend on x.
    try {
      graph.output('second', differentiate(reduceSum(first!), [x])[0]!);
    } catch (error) {
      expect((error as Error).message).toContain('does not depend on "x"');
    }
    const run = await compileGraph(graph);
    const data = Float32Array.of(-1e4, -100, -50, 50, 100, 1e4);
    const results = await run({ x: { dtype: 'float32', shape: [6], data } });
    for (const result of Object.values(results))
      expect(Array.from(result.data, Number).every(Number.isFinite)).toBe(true);
  });
});

describe('gradient of HardSigmoid', () => {
  it('is 0 where the output is a bound', async () => {
    await checkGradient([{ shape: [12], draw: (u) => (u < 0.5 ? -3 - u : 3 + u) }], (x) => hardSigmoid(x));
  });
});

describe('gradient of PRelu', () => {
  const dims = { n: 3 };

  it('agrees with differences for input and slope, which broadcasts', async () => {
    for (const slope of [['n', 2, 4], [2, 4], [4], [2, 1], [1], []])
      for (const check of [checkGradient, checkSecondGradient])
        await check(
          [
            { shape: ['n', 2, 4], dims, draw: besidesZero },
            { shape: slope, dims },
          ],
          pRelu,
        );
  });
});
