import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differentiate } from '../differentiate.js';
import { Graph } from '../graph/graph.js';
import { conv, convTranspose } from '../operators/conv.js';
import { add, mul, relu } from '../operators/elementwise.js';
import { globalAveragePool } from '../operators/pool.js';
import { reduceSum } from '../operators/reduce.js';
import { type Build, expectSame } from '../testing/expect-same.js';
import { lowerConvolutions } from './lower-convolutions.js';

const pair = (min: number, max: number) => fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));
const windows = fc.record({
  strides: pair(1, 3),
  dilations: pair(1, 2),
  pads: fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.nat(3)),
});
const sizes = fc.record({
  n: fc.integer({ min: 1, max: 3 }),
  channels: pair(1, 3),
  kernel: pair(1, 4),
  seed: fc.nat(),
});

describe('float32 through convolutions and float64 through products agree', () => {
  it('for Conv, its bias and gradients', async () => {
    const cases = fc
      .record({ sizes, window: windows, plane: pair(1, 8) })
      .filter(({ sizes: { kernel }, window: { dilations, pads }, plane }) =>
        [0, 1].every((i) => plane[i]! + pads[i]! + pads[i + 2]! > dilations[i]! * (kernel[i]! - 1)),
      );
    await fc.assert(
      fc.asyncProperty(cases, ({ sizes: { n, channels, kernel, seed }, window, plane }) => {
        const [from, to] = channels;
        const build: Build = (graph, dtype) => {
          const x = graph.input('x', ['n', from, ...plane], dtype);
          const w = graph.input('w', [to, from, ...kernel], dtype);
          const bias = graph.input('bias', [to], dtype);
          const y = conv(x, w, { ...window, bias });
          const [dx, dw, dbias] = differentiate(reduceSum(mul(y, y)), [x, w, bias]);
          for (const [name, value] of Object.entries({ y, dx, dw, dbias })) graph.output(name, value!);
        };
        return expectSame(build, { x: [n, from, ...plane], w: [to, from, ...kernel], bias: [to] }, seed);
      }),
      { numRuns: 40 },
    );
  });

  it('for ConvTranspose with output padding, and pads that take more than the kernel adds', async () => {
    const cases = fc
      .record({ sizes, window: windows, plane: pair(1, 5), extra: pair(0, 2) })
      .map((given) => ({
        ...given,
        // ONNX Runtime wants less than the stride.
        extra: given.extra.map((more, i) => Math.min(more, given.window.strides[i]! - 1)) as [number, number],
      }))
      .filter(({ sizes: { kernel }, window: { strides, dilations, pads }, plane, extra }) =>
        [0, 1].every((i) => {
          const spread = strides[i]! * (plane[i]! - 1) + dilations[i]! * (kernel[i]! - 1) + 1;
          return spread + extra[i]! > pads[i]! + pads[i + 2]!;
        }),
      );
    await fc.assert(
      fc.asyncProperty(cases, ({ sizes: { n, channels, kernel, seed }, window, plane, extra }) => {
        const [from, to] = channels;
        const build: Build = (graph, dtype) => {
          const x = graph.input('x', ['n', from, ...plane], dtype);
          const w = graph.input('w', [from, to, ...kernel], dtype);
          const bias = graph.input('bias', [to], dtype);
          graph.output('y', convTranspose(x, w, { ...window, bias, outputPadding: extra }));
        };
        return expectSame(build, { x: [n, from, ...plane], w: [from, to, ...kernel], bias: [to] }, seed);
      }),
      { numRuns: 40 },
    );
  });

  it('for a residual block', async () => {
    const build: Build = (graph, dtype) => {
      const x = graph.input('x', ['n', 2, 7, 7], dtype);
      const w1 = graph.input('w1', [4, 2, 3, 3], dtype);
      const w2 = graph.input('w2', [4, 4, 3, 3], dtype);
      const shortcut = graph.input('shortcut', [4, 2, 1, 1], dtype);
      const strides = [2, 2] as const;
      const y = conv(relu(conv(x, w1, { strides, pads: 1 })), w2, { pads: 1 });
      const pooled = globalAveragePool(add(y, conv(x, shortcut, { strides })));
      const gradients = differentiate(reduceSum(mul(pooled, pooled)), [x, w1, w2, shortcut]);
      graph.output('y', pooled);
      gradients.forEach((gradient, i) => {
        graph.output(`gradient${i}`, gradient);
      });
    };
    const shapes = { x: [3, 2, 7, 7], w1: [4, 2, 3, 3], w2: [4, 4, 3, 3], shortcut: [4, 2, 1, 1] };
    await expectSame(build, shapes, 5);
  });
});

it('a convolution whose plane is symbolic is refused', () => {
  const graph = new Graph();
  const x = graph.input('x', ['n', 1, 'h', 8]);
  graph.output('y', conv(x, graph.constant(new Float32Array(9), { shape: [1, 1, 3, 3] })));
  expect(() => lowerConvolutions(graph)).toThrow('Conv (node Conv_0): the size of its plane is symbolic');
});
