import { describe, expect, it } from 'vitest';
import { Graph } from '../graph/graph.js';
import { depthToSpace, spaceToDepth } from '../operators/space.js';
import { trilu } from '../operators/trilu.js';
import { checkGradient } from '../testing/check-gradient.js';
import { compileGraph } from '../testing/run-graph.js';

const dims = { n: 2 };

describe('gradients of operators that move elements', () => {
  it('gradient of DepthToSpace', async () => {
    for (const order of ['DCR', 'CRD'] as const)
      for (const [c, block] of [
        [4, 2],
        [12, 2],
        [9, 3],
      ] as const)
        await checkGradient([{ shape: ['n', c, 2, 3], dims }], (x) => depthToSpace(x, block, order));
  });

  it('gradient of SpaceToDepth', async () => {
    await checkGradient([{ shape: ['n', 2, 4, 6], dims }], (x) => spaceToDepth(x, 2));
    await checkGradient([{ shape: ['n', 1, 3, 6], dims }], (x) => spaceToDepth(x, 3));
  });

  it('gradient of Trilu', async () => {
    for (const part of ['upper', 'lower'] as const)
      for (const diagonal of [-1, 0, 2])
        await checkGradient([{ shape: ['n', 3, 4], dims }], (x) => trilu(x, { part, diagonal }));
    await checkGradient([{ shape: [3, 3] }], (x) => x.graph.add('Trilu', [x]).outputs[0]!);
  });
});

it('DepthToSpace in order CRD is PyTorch’s pixel shuffle', async () => {
  const graph = new Graph();
  graph.output('y', depthToSpace(graph.input('x', ['n', 4, 1, 2]), 2, 'CRD'));
  const { y } = await (await compileGraph(graph))({
    x: { dtype: 'float32', shape: [1, 4, 1, 2], data: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7) },
  });
  expect(y!.shape).toEqual([1, 1, 2, 4]);
  expect(Array.from(y!.data, Number)).toEqual([0, 2, 1, 3, 4, 6, 5, 7]);
});
