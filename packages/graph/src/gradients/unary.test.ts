import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differentiate } from '../differentiate.js';
import { Graph, type Value } from '../graph/graph.js';
import { cast } from '../operators/cast.js';
import {
  abs,
  add,
  cos,
  erf,
  exp,
  identity,
  log,
  mul,
  neg,
  reciprocal,
  relu,
  sigmoid,
  sign,
  sin,
  sqrt,
  tanh,
} from '../operators/elementwise.js';
import { reduceSum } from '../operators/reduce.js';
import { checkGradient, checkSecondGradient } from '../testing/check-gradient.js';
import { compileGraph } from '../testing/run-graph.js';

const anywhere = (u: number) => 4 * u - 2;
const positive = (u: number) => 0.5 + u;
/** ReLU has a kink at 0. */
const besidesZero = (u: number) => (u < 0.5 ? u - 1 : u);

describe.each([
  ['Relu', relu, besidesZero],
  ['Neg', neg, anywhere],
  ['Identity', identity, anywhere],
  ['Exp', exp, anywhere],
  ['Log', log, positive],
  ['Sqrt', sqrt, positive],
  ['Sigmoid', sigmoid, anywhere],
  ['Tanh', tanh, anywhere],
  ['Reciprocal', reciprocal, positive],
  ['Abs', abs, besidesZero],
  ['Sin', sin, anywhere],
  ['Cos', cos, anywhere],
  ['Erf', erf, anywhere],
] as const)('gradient of %s', (_, apply, draw) => {
  it('agrees with differences', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(1, 2, 3), { maxLength: 4 }), fc.nat(), (shape, seed) =>
        checkGradient([{ shape: ['n', ...shape], dims: { n: 2 }, draw }], apply, seed),
      ),
      { numRuns: 10 },
    );
  });

  it('can be differentiated again', async () => {
    await checkSecondGradient([{ shape: ['n', 3], dims: { n: 2 }, draw }], apply);
  });
});

describe.each([
  ['Sign', sign],
  ['Floor', (x: Value) => x.graph.add('Floor', [x]).outputs[0]!],
  ['Ceil', (x: Value) => x.graph.add('Ceil', [x]).outputs[0]!],
  ['Round', (x: Value) => x.graph.add('Round', [x]).outputs[0]!],
] as const)('gradient of %s', (_, apply) => {
  it('is 0', async () => {
    // Between the steps, at 1/2 and at whole numbers.
    const draw = (u: number) => Math.floor(4 * u) - 2 + 0.1 + 0.3 * u;
    for (const shape of [['n', 3], []]) await checkGradient([{ shape, dims: { n: 2 }, draw }], apply);
  });

  it('adds nothing where there are infinities', async () => {
    const graph = new Graph();
    const x = graph.input('x', [2]);
    graph.output('dx', differentiate(reduceSum(add(apply(x), mul(x, 2))), [x])[0]!);
    const run = await compileGraph(graph);
    const { dx } = await run({ x: { dtype: 'float32', shape: [2], data: Float32Array.of(Infinity, -1) } });
    expect(dx!.data).toEqual(Float32Array.of(2, 2));
  });
});

describe('gradient of Cast', () => {
  it('agrees with differences', async () => {
    await checkGradient([{ shape: ['n', 2], dims: { n: 2 } }], (x) => mul(cast(x, 'float64'), x));
  });

  it('has the element type of the input', async () => {
    const graph = new Graph();
    const x = graph.input('x', [2]);
    const wide = cast(x, 'float64');
    graph.output('gradient', differentiate(reduceSum(mul(wide, wide)), [x])[0]!);
    const run = await compileGraph(graph);
    const { gradient } = await run({ x: { dtype: 'float32', shape: [2], data: Float32Array.of(3, -1) } });
    expect(gradient!.data).toEqual(Float32Array.of(6, -2));
  });
});
