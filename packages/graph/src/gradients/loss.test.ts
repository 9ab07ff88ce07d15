import { describe, expect, it } from 'vitest';
import { differentiate } from '../differentiate.js';
import { Graph, type Value } from '../graph/graph.js';
import { cast } from '../operators/cast.js';
import { add, mul } from '../operators/elementwise.js';
import { type LossReduction, negativeLogLikelihoodLoss, softmaxCrossEntropyLoss } from '../operators/loss.js';
import { reduceSum } from '../operators/reduce.js';
import { checkGradient, checkSecondGradient } from '../testing/check-gradient.js';

const reductions: readonly LossReduction[] = ['none', 'mean', 'sum'];
/** Shapes of the input and labels for them. */
const inputs: readonly [number[], number[], number[]][] = [
  [[4, 3], [4], [2, 0, 1, 2]],
  [[4, 3], [4], [1, 1, 0, 2]],
  [
    [2, 3, 2],
    [2, 2],
    [0, 2, 1, 1],
  ],
  [
    [2, 4, 1, 2],
    [2, 1, 2],
    [3, 1, 0, 3],
  ],
];

describe.each([
  ['SoftmaxCrossEntropyLoss', softmaxCrossEntropyLoss],
  ['NegativeLogLikelihoodLoss', negativeLogLikelihoodLoss],
] as const)('gradient of %s', (_, loss) => {
  it.each(inputs)('agrees with differences: %o, labels %o %o', async (shape, labelShape, values) => {
    for (const dtype of ['int64', 'int32'] as const)
      for (const reduction of reductions)
        for (const ignoreIndex of [undefined, 1, -100])
          for (const weighted of [false, true])
            await checkGradient([{ shape }], (x) => {
              const labels = x.graph.constant(
                values.map((value, i) => (i === 1 && ignoreIndex === -100 ? -100 : value)),
                { dtype, shape: labelShape },
              );
              const weights = [0.5, 2, 1, 0.3].slice(0, shape[1]);
              return loss(x, labels, {
                reduction,
                ...(ignoreIndex !== undefined && { ignoreIndex }),
                ...(weighted && { weights: x.graph.constant(weights, { dtype: x.dtype }) }),
              });
            });
  });

  it('takes a batch of symbolic size', async () => {
    await checkGradient([{ shape: ['n', 3], dims: { n: 2 } }], (x) => {
      const zeros = mul(reduceSum(x, { axes: [1] }), 0);
      return loss(x, cast(add(zeros, 2), 'int64'));
    });
  });

  it('refuses class weights that are computed', () => {
    const graph = new Graph();
    const [x, weights] = [graph.input('x', ['n', 3]), graph.input('weights', [3])];
    const labels = graph.input('labels', ['n'], 'int64');
    expect(() => differentiate(loss(x, labels, { weights }), [weights])).toThrow(
      /^differentiate: gradient of \w+Loss \(node \w+\): the class weights cannot be differentiated$/,
    );
  });
});

const labelsOf = (x: Value) => x.graph.constant([2, 0, 3], { dtype: 'int64' });

describe('gradient of SoftmaxCrossEntropyLoss', () => {
  it('goes through the log-probabilities as well', async () => {
    await checkGradient([{ shape: [3, 4] }], (x) => {
      const node = x.graph.add('SoftmaxCrossEntropyLoss', [x, labelsOf(x)], {}, { outputs: 2 });
      const [loss, logProbabilities] = node.outputs;
      return add(mul(loss!, 3), reduceSum(mul(logProbabilities!, logProbabilities!)));
    });
    await checkGradient([{ shape: [3, 4] }], (x) => {
      const node = x.graph.add('SoftmaxCrossEntropyLoss', [x, labelsOf(x)], {}, { outputs: 2 });
      return node.outputs[1]!;
    });
  });

  it('can be differentiated again', async () => {
    for (const reduction of reductions)
      await checkSecondGradient([{ shape: [3, 4] }], (x) =>
        softmaxCrossEntropyLoss(x, labelsOf(x), { reduction }),
      );
  });
});
