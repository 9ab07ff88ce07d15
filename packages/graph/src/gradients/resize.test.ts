import { describe, expect, it } from 'vitest';
import { differentiate } from '../differentiate.js';
import { string } from '../graph/attribute.js';
import { Graph } from '../graph/graph.js';
import { mul } from '../operators/elementwise.js';
import { reduceSum } from '../operators/reduce.js';
import { type Coordinates, resize } from '../operators/resize.js';
import { lower } from '../passes/lower.js';
import { checkGradient } from '../testing/check-gradient.js';
import { compileGraph } from '../testing/run-graph.js';

const dims = { n: 2 };
const coordinates: Coordinates[] = ['half_pixel', 'pytorch_half_pixel', 'align_corners', 'asymmetric'];

describe('gradient of Resize', () => {
  it.each(coordinates)('agrees with differences for %s', async (coordinate) => {
    for (const mode of ['nearest', 'linear'] as const)
      for (const scales of [
        [2, 3],
        [1, 2],
        [1.5, 0.5],
      ] as const)
        await checkGradient([{ shape: ['n', 2, 4, 6], dims }], (x) =>
          resize(x, { mode, scales, coordinates: coordinate }),
        );
  });

  it('agrees with differences for planes of one and three dimensions', async () => {
    for (const mode of ['nearest', 'linear'] as const) {
      await checkGradient([{ shape: ['n', 2, 5], dims }], (x) => resize(x, { mode, scales: [2] }));
      await checkGradient([{ shape: ['n', 1, 2, 3, 2], dims }], (x) =>
        resize(x, { mode, scales: [2, 1.5, 3] }),
      );
    }
  });

  it.each(['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'])(
    'agrees with differences for nearest %s',
    async (nearest) => {
      await checkGradient([{ shape: ['n', 1, 4, 5], dims }], (x) => {
        const sizes = x.graph.constant([6, 10], { dtype: 'int64' });
        const attributes = { nearest_mode: string(nearest), axes: { kind: 'ints', value: [2, -1] } } as const;
        return x.graph.add('Resize', [x, undefined, undefined, sizes], attributes).outputs[0]!;
      });
    },
  );

  it('is that of PyTorch', async () => {
    // torch.nn.functional.interpolate(x, scale_factor=2, mode="bilinear").backward(dy), x [1, 1, 2, 2], dy = 0, 1, ..., 15
    const graph = new Graph();
    const x = graph.input('x', [1, 1, 2, 2]);
    const y = resize(x, { mode: 'linear', scales: [2, 2] });
    const dy = graph.constant(
      Array.from({ length: 16 }, (_, i) => i),
      { shape: [1, 1, 4, 4] },
    );
    graph.output('dx', differentiate(reduceSum(mul(y, dy)), [x])[0]!);
    const { dx } = await (await compileGraph(lower(graph)))({
      x: { dtype: 'float32', shape: [1, 1, 2, 2], data: new Float32Array(4) },
    });
    expect(Array.from(dx!.data, Number)).toEqual([12.5, 19.5, 40.5, 47.5]);
  });
});
