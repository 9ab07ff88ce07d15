import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differentiate } from '../differentiate.js';
import { Graph } from '../graph/graph.js';
import { sizeOf } from '../graph/tensor-type.js';
import { batchNormalizationTraining } from '../operators/batch-normalization.js';
import { convTranspose } from '../operators/conv.js';
import { add, exp, mul, relu } from '../operators/elementwise.js';
import { reduceMean, reduceSum } from '../operators/reduce.js';
import { expandLike, flatten } from '../operators/shape.js';
import { uniformStream } from '../testing/check-gradient.js';
import { compileGraph } from '../testing/run-graph.js';
import { lower } from './lower.js';
import { rebuild } from './rebuild.js';

/** Mean and biased variance of each channel of `data` `[n, c, plane]`, in double precision. */
function statistics(data: Float32Array, channels: number, plane: number) {
  const groups = Array.from({ length: channels }, (_, c) =>
    Array.from(data).filter((_value, i) => Math.floor(i / plane) % channels === c),
  );
  const mean = groups.map((group) => group.reduce((a, b) => a + b, 0) / group.length);
  const variance = groups.map(
    (group, c) => group.reduce((a, b) => a + (b - mean[c]!) ** 2, 0) / group.length,
  );
  return { mean, variance };
}

const epsilon = 1e-3;

describe('lower', () => {
  it('does not repeat what an operator repeats itself, nor flatten what is flat', async () => {
    const graph = new Graph();
    const x = graph.input('x', ['n', 3]);
    const loss = reduceMean(mul(flatten(x), x));
    graph.output('dx', differentiate(loss, [x])[0]!);
    const lowered = lower(graph);
    const ops = lowered.nodes.map(({ op }) => op);
    expect(ops).not.toContain('Expand');
    expect(ops).not.toContain('Flatten');
    const run = await compileGraph(lowered);
    const { dx } = await run({
      x: { dtype: 'float32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
    });
    expect(dx!.shape).toEqual([2, 3]);
    [1, 2, 3, 4, 5, 6].forEach((value, i) => {
      expect(Number(dx!.data[i])).toBeCloseTo(value / 3, 6);
    });
  });

  it('repeats where nothing else gives the shape', () => {
    const graph = new Graph();
    const [x, scale] = [graph.input('x', ['n', 3]), graph.input('scale', [1])];
    graph.output('y', mul(expandLike(scale, x), 2));
    expect(lower(graph).nodes.map(({ op }) => op)).toContain('Expand');
  });

  it('makes batch normalisation from operators that run, with the batch’s mean and biased variance', async () => {
    const size = fc.integer({ min: 1, max: 6 });
    const cases = fc.tuple(fc.integer({ min: 2, max: 6 }), size, fc.constantFrom([], [7], [3, 5]), fc.nat());
    await fc.assert(
      fc.asyncProperty(cases, async ([n, channels, dims, seed]) => {
        const graph = new Graph();
        const x = graph.input('x', ['n', channels, ...dims]);
        const [scale, bias] = [graph.input('scale', [channels]), graph.input('bias', [channels])];
        const normalized = batchNormalizationTraining(x, scale, bias, { epsilon });
        for (const [name, value] of Object.entries(normalized)) graph.output(name, value);
        const random = uniformStream(seed);
        const plane = sizeOf(dims);
        const draw = (shape: number[], low: number) => ({
          dtype: 'float32' as const,
          shape,
          data: Float32Array.from({ length: sizeOf(shape) }, () => low + 2 * random()),
        });
        const feeds = {
          x: draw([n, channels, ...dims], -1),
          scale: draw([channels], 0),
          bias: draw([channels], -1),
        };
        const result = await (await compileGraph(lower(graph)))(feeds);
        const { mean, variance } = statistics(feeds.x.data, channels, plane);
        feeds.x.data.forEach((value, i) => {
          const c = Math.floor(i / plane) % channels;
          const slope = feeds.scale.data[c]! / Math.sqrt(variance[c]! + epsilon);
          const deviation = slope * (value - mean[c]!);
          // What errors of 1e-6 in mean and variance do to y, and its own rounding.
          const bound = 1e-6 * (1 + slope + Math.abs(deviation) / (variance[c]! + epsilon));
          const error = Number(result.y!.data[i]) - (deviation + feeds.bias.data[c]!);
          expect(Math.abs(error)).toBeLessThan(bound);
        });
        mean.forEach((value, c) => {
          expect(Math.abs(Number(result.mean!.data[c]) - value)).toBeLessThan(1e-6);
          expect(Math.abs(Number(result.variance!.data[c]) - variance[c]!)).toBeLessThan(1e-6);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('never makes a variance negative', async () => {
    const graph = new Graph();
    const x = graph.input('x', ['n', 1]);
    const one = graph.constant([1]);
    const { y, variance } = batchNormalizationTraining(x, one, one);
    graph.output('y', y);
    graph.output('variance', variance);
    const run = await compileGraph(lower(graph));
    for (const value of [1234.567, 0.1, 98765.43]) {
      const result = await run({
        x: { dtype: 'float32', shape: [7, 1], data: new Float32Array(7).fill(value) },
      });
      expect(Number(result.variance!.data[0])).toBeGreaterThanOrEqual(0);
      expect(result.y!.data.every((v) => Number.isFinite(Number(v)))).toBe(true);
    }
  });

  it.each([30, 1000])('keeps a variance exact where the mean is %i deviations', async (offset) => {
    const graph = new Graph();
    const x = graph.input('x', ['n', 2, 12, 12]);
    const one = graph.constant([1, 1]);
    graph.output('variance', batchNormalizationTraining(x, one, one).variance);
    const random = uniformStream(1);
    // Uniform numbers have a deviation of 1 / sqrt(12).
    const low = offset / Math.sqrt(12);
    const data = Float32Array.from({ length: 16 * 288 }, () => low + random());
    const run = await compileGraph(lower(graph));
    const result = await run({ x: { dtype: 'float32', shape: [16, 2, 12, 12], data } });
    statistics(data, 2, 144).variance.forEach((expected, c) => {
      expect(Number(result.variance!.data[c]) / expected).toBeCloseTo(1, 5);
    });
  });

  it('makes transposed convolutions of stride 1 convolutions, with the same results', async () => {
    for (const { options, op } of [
      { options: { pads: [1, 0, 2, 1] as const, dilations: [1, 2] as const }, op: 'Conv' },
      { options: { pads: [3, 2, 3, 2] as const }, op: 'ConvTranspose' },
      { options: { strides: [1, 2] as const }, op: 'ConvTranspose' },
    ]) {
      const graph = new Graph();
      const [x, w] = [graph.input('x', ['n', 2, 6, 5]), graph.input('w', [2, 3, 3, 2])];
      graph.output('y', convTranspose(x, w, { ...options, bias: graph.constant([1, 2, 3]) }));
      const lowered = lower(graph);
      expect(lowered.nodes.some((node) => node.op === op)).toBe(true);
      const random = uniformStream(1);
      const draw = (...shape: number[]) => ({
        dtype: 'float32' as const,
        shape,
        data: Float32Array.from({ length: sizeOf(shape) }, random),
      });
      const feeds = { x: draw(2, 2, 6, 5), w: draw(2, 3, 3, 2) };
      const [own, direct] = [await compileGraph(lowered), await compileGraph(graph)];
      const [actual, expected] = [(await own(feeds)).y!, (await direct(feeds)).y!];
      expect(actual.shape).toEqual(expected.shape);
      // Sums of at most 12 products between 0 and 1, and a bias of at most 3.
      expected.data.forEach((value, i) => {
        expect(Math.abs(Number(actual.data[i]) - Number(value))).toBeLessThan(5e-6);
      });
    }
  });

  it('leaves out what no output needs, and keeps all inputs', () => {
    const graph = new Graph({ name: 'net' });
    const [x, unused] = [graph.input('x', ['n', 2]), graph.input('unused', [3])];
    const weight = graph.constant([1, 2], { name: 'weight' });
    const dead = graph.constant([1, 2, 3], { name: 'dead' });
    graph.output('y', relu(mul(x, weight)));
    exp(add(unused, dead));
    const lowered = lower(graph);
    expect(lowered.name).toBe('net');
    expect(lowered.nodes.map(({ op }) => op)).toEqual(['Mul', 'Relu']);
    expect(lowered.inputs.map(({ name }) => name)).toEqual(['x', 'unused']);
    expect(lowered.constants.map(({ name }) => name)).toEqual(['weight']);
    expect(graph.nodes).toHaveLength(4);
  });
});

describe('rebuild', () => {
  it('replaces the nodes it is told to, before those that use them', async () => {
    const graph = new Graph();
    const x = graph.input('x', [2]);
    graph.output('y', add(relu(x), differentiate(reduceSum(relu(x)), [x])[0]!));
    const doubled = rebuild(graph, ({ op }, [input]) => (op === 'Relu' ? [mul(input!, 2)] : undefined));
    const run = await compileGraph(doubled);
    const { y } = await run({ x: { dtype: 'float32', shape: [2], data: Float32Array.of(3, -1) } });
    // The gradient asks where 2 x, in the place of relu x, is positive.
    expect(y!.data).toEqual(Float32Array.of(7, -2));
  });
});
