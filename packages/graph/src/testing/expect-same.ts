import { expect } from 'vitest';
import { Graph } from '../graph/graph.js';
import { type DType, sizeOf, type TensorData } from '../graph/tensor-type.js';
import { lower } from '../passes/lower.js';
import { lowerConvolutions } from '../passes/lower-convolutions.js';
import { uniformStream } from './check-gradient.js';
import { compileGraph, type TestTensor } from './run-graph.js';

type Shapes = Readonly<Record<string, readonly number[]>>;
/** Builds inputs and outputs of a graph in an element type. */
export type Build = (graph: Graph, dtype: DType) => void;

/**
 * Compares ONNX Runtime's own convolutions in float32 with products in float64: sums of up to 200 terms between -1/4 and 1/4,
 * where each step rounds by 6e-8 of the sum so far. Longer sums need a larger tolerance, relative to the largest element.
 * `pass` prepares the graph in float32; an error of `least` is allowed at any scale.
 */
export async function expectSame(
  build: Build,
  shapes: Shapes,
  seed: number,
  tolerance = 3e-6,
  pass = lower,
  least = 1e-9,
): Promise<void> {
  const random = uniformStream(seed);
  const values = Object.entries(shapes).map(([name, shape]) => {
    const size = sizeOf(shape);
    return [name, shape, Float32Array.from({ length: size }, () => random() - 0.5)] as const;
  });
  const run = async (
    dtype: DType,
    rewrite: (graph: Graph) => Graph,
    convert: (data: Float32Array) => TensorData,
  ) => {
    const graph = new Graph();
    build(graph, dtype);
    const inputs = values.map(([name, shape, data]): [string, TestTensor] => [
      name,
      { dtype, shape, data: convert(data) },
    ]);
    return (await compileGraph(rewrite(graph)))(Object.fromEntries(inputs));
  };
  const own = await run('float32', pass, (data) => data);
  const products = await run(
    'float64',
    (graph) => lower(lowerConvolutions(graph)),
    (data) => Float64Array.from(data),
  );
  expect(Object.keys(own)).toEqual(Object.keys(products));
  for (const [name, expected] of Object.entries(products)) {
    expect(expected.dtype).toBe('float64');
    expect(own[name]!.shape).toEqual(expected.shape);
    const numbers = expected.data as Float64Array;
    const scale = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const bound = tolerance * scale + least;
    numbers.forEach((value, i) => {
      const error = Math.abs(Number(own[name]!.data[i]) - value);
      if (!(error <= bound)) expect(error, `${name}[${i}] of scale ${scale}`).toBeLessThanOrEqual(bound);
    });
  }
}
