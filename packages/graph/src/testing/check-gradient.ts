import { expect } from 'vitest';
import { differentiate } from '../differentiate.js';
import { product } from '../graph/dim-arithmetic.js';
import { Graph, type Value } from '../graph/graph.js';
import { type Shape, sizeOf, type TensorData } from '../graph/tensor-type.js';
import { add, mul } from '../operators/elementwise.js';
import { reduceMean, reduceSum } from '../operators/reduce.js';
import { lower } from '../passes/lower.js';
import { lowerConvolutions } from '../passes/lower-convolutions.js';
import { lowerToFloat64 } from './lower-to-float64.js';
import { compileGraph, type TestTensor } from './run-graph.js';

/** An input: its shape, where names are symbolic dimensions, and how its values are drawn. */
export interface TestInput {
  readonly shape: Shape;
  /** Lengths of the symbolic dimensions. */
  readonly dims?: Readonly<Record<string, number>>;
  /** Maps a number from [0, 1) to a value. Default: between -2 and 2. */
  readonly draw?: (uniform: number) => number;
}

/**
 * Half the distance of the two points of a central difference. Its error is h²/6 = 2e-11 of the third derivative, and
 * 1e-16 / h = 1e-11 of the loss. Losses here are at most 100, third derivatives 1000, which gives 1e-8. The largest error
 * seen is 5e-9; 1e-7 is allowed.
 */
const h = 1e-5;

/**
 * Checks `differentiate` on `build` in float64 against central differences along random directions, for every input, and
 * the inferred shape against the one that ONNX Runtime returns. The loss is the output times random weights.
 */
export async function checkGradient(
  inputs: readonly TestInput[],
  build: (...values: Value[]) => Value,
  seed = 1,
): Promise<void> {
  const random = uniformStream(seed);
  const graph = new Graph();
  const values = inputs.map(({ shape }, i) => graph.input(`input${i}`, shape, 'float64'));
  const dims = Object.assign({}, ...inputs.map((input) => input.dims ?? {}));
  const y = build(...values);
  expectSubject(graph);
  const fixed = concrete(y.shape, dims);
  const weights = graph.input('weights', y.shape, 'float64');
  const loss = reduceSum(mul(y, weights));
  const gradients = differentiate(loss, values);
  graph.output('loss', loss);
  graph.output('y', y);
  gradients.forEach((gradient, i) => {
    expect(gradient.shape).toEqual(inputs[i]!.shape);
    graph.output(`gradient${i}`, gradient);
  });
  const run = await compileGraph(lower(lowerToFloat64(lowerConvolutions(graph))));

  const point: Record<string, TestTensor> = { weights: tensor(fixed, () => 2 * random() - 1) };
  inputs.forEach(({ shape, draw = (u) => 4 * u - 2 }, i) => {
    point[`input${i}`] = tensor(concrete(shape, dims), () => draw(random()));
  });
  const at = await run(point);
  expect(at.y!.shape).toEqual(fixed);
  for (const name of inputs.map((_, i) => `input${i}`)) {
    const direction = tensor(point[name]!.shape, () => 2 * random() - 1);
    const moved = async (step: number) => {
      const { loss: result } = await run({ ...point, [name]: addScaled(point[name]!, direction, step) });
      return Number(result!.data[0]);
    };
    const numeric = ((await moved(h)) - (await moved(-h))) / (2 * h);
    const gradient = at[name.replace('input', 'gradient')]!;
    expect(gradient.shape).toEqual(point[name]!.shape);
    const analytic = dot(gradient.data, direction.data);
    const size = Math.max(
      1,
      Math.sqrt(dot(gradient.data, gradient.data) * dot(direction.data, direction.data)),
    );
    expect(Math.abs(analytic - numeric) / size, `gradient of ${name}`).toBeLessThan(1e-7);
  }
}

/** Checks the gradient of the gradient: that of the mean square of the gradients of sum(y²). */
export function checkSecondGradient(
  inputs: readonly TestInput[],
  build: (...values: Value[]) => Value,
  seed = 1,
): Promise<void> {
  const squares = (...values: Value[]) => {
    const y = build(...values);
    const gradients = differentiate(reduceSum(mul(y, y)), values);
    return gradients.map((gradient) => reduceMean(mul(gradient, gradient))).reduce(add);
  };
  return checkGradient(inputs, squares, seed);
}

/** Checks that a test with the title "gradient of X" has X in its graph: docs/operators.md relies on the titles. */
function expectSubject({ nodes }: Graph): void {
  const [, op] = /\bgradient of ([A-Z]\w*)/.exec(expect.getState().currentTestName ?? '') ?? [];
  if (op) expect(nodes.map((node) => node.op)).toContain(op);
}

/** Random numbers in [0, 1), the same for the same seed (a linear congruential generator with Knuth's MMIX constants). */
export function uniformStream(seed: number): () => number {
  let state = BigInt(seed);
  return () => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number(state >> 11n) / 2 ** 53;
  };
}

function concrete(shape: Shape, dims: Readonly<Record<string, number>>): number[] {
  return shape.map((dim) =>
    Number(product([String(dim).replaceAll(/[a-z]\w*/g, (name) => `${dims[name]}`)])),
  );
}

function tensor(shape: readonly number[], draw: () => number): TestTensor {
  const size = sizeOf(shape);
  return { dtype: 'float64', shape, data: Float64Array.from({ length: size }, draw) };
}

function addScaled(a: TestTensor, b: TestTensor, factor: number): TestTensor {
  return { ...a, data: Float64Array.from(a.data as Float64Array, (v, i) => v + factor * Number(b.data[i])) };
}

function dot(a: TensorData, b: TensorData): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Number(a[i]) * Number(b[i]);
  return sum;
}
