import { describe, expect, it } from 'vitest';
import { Graph } from '../graph/graph.js';
import { logSoftmax, softmax, softmaxCrossEntropy } from '../operators/softmax.js';
import { checkGradient } from '../testing/check-gradient.js';
import { compileGraph } from '../testing/run-graph.js';

const dims = { n: 3 };

describe.each([
  ['Softmax', softmax],
  ['LogSoftmax', logSoftmax],
] as const)('gradient of %s', (_, apply) => {
  it('agrees with differences along any axis', async () => {
    for (const axis of [0, 1, 2, -1])
      await checkGradient([{ shape: ['n', 2, 4], dims }], (x) => apply(x, axis));
  });
});

describe('softmaxCrossEntropy', () => {
  it('has a gradient that agrees with differences', async () => {
    await checkGradient([{ shape: [3, 4] }], (logits) =>
      softmaxCrossEntropy(logits, logits.graph.constant([2, 0, 3], { dtype: 'int64' })),
    );
  });

  it('is minus the mean log-probability of the label', async () => {
    const graph = new Graph();
    const logits = graph.input('logits', ['n', 3]);
    graph.output('loss', softmaxCrossEntropy(logits, graph.input('labels', ['n'], 'int64')));
    const { loss } = await (await compileGraph(graph))({
      logits: { dtype: 'float32', shape: [2, 3], data: Float32Array.of(0, 0, 0, 1, 2, 3) },
      labels: { dtype: 'int64', shape: [2], data: BigInt64Array.of(1n, 2n) },
    });
    const expected = (Math.log(3) + Math.log(1 + Math.exp(-1) + Math.exp(-2))) / 2;
    expect(Number(loss!.data[0])).toBeCloseTo(expected, 6);
  });

  it('says what it needs', () => {
    const graph = new Graph();
    expect(() => softmaxCrossEntropy(graph.input('x', ['n', 3]), graph.input('y', ['n']))).toThrow(
      'softmaxCrossEntropy: needs logits [n, classes] and int64 labels [n], not [n, 3] and float32 [n]',
    );
  });
});
