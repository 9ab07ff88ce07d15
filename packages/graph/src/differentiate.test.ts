import { describe, expect, it } from 'vitest';
import { differentiate } from './differentiate.js';
import { Graph, type Value } from './graph/graph.js';
import { batchNormalizationTraining } from './operators/batch-normalization.js';
import { cast } from './operators/cast.js';
import { conv } from './operators/conv.js';
import { add, greater, mul, relu, tanh } from './operators/elementwise.js';
import { gemm } from './operators/mat-mul.js';
import { globalAveragePool } from './operators/pool.js';
import { reduceMean, reduceSum } from './operators/reduce.js';
import { flatten, sizeValueOf } from './operators/shape.js';
import { logSoftmax } from './operators/softmax.js';
import { checkGradient, type TestInput } from './testing/check-gradient.js';

const dims = { n: 3 };

/** A residual block of stride 2 with batch normalisation, pooled and classified. */
function residualNetwork(activate: (x: Value) => Value) {
  const inputs: TestInput[] = [
    { shape: ['n', 2, 5, 5], dims },
    { shape: [2] },
    { shape: [2] },
    { shape: [3, 2, 3, 3] },
    { shape: [3, 3, 3, 3] },
    { shape: [3, 2, 1, 1] },
    { shape: [4, 3] },
    { shape: [4] },
  ];
  const build = (...values: Value[]) => {
    const [x, scale, bias, w1, w2, shortcut, w3, b3] = values as [Value, ...Value[]] & Value[];
    const normalized = batchNormalizationTraining(x, scale!, bias!, { epsilon: 1e-2 });
    const activated = activate(normalized.y);
    const h = activate(conv(activated, w1!, { strides: [2, 2], pads: 1 }));
    const sum = add(conv(h, w2!, { pads: 1 }), conv(activated, shortcut!, { strides: [2, 2] }));
    return logSoftmax(gemm(flatten(globalAveragePool(sum)), w3!, b3!, { transB: true }));
  };
  return { inputs, build };
}

describe('differentiate', () => {
  it('agrees with differences on a residual network', async () => {
    const { inputs, build } = residualNetwork(relu);
    await checkGradient(inputs, build, 3);
  });

  it('differentiates a backward pass again', async () => {
    const { inputs, build } = residualNetwork(tanh);
    await checkGradient(inputs, (...values) => {
      const y = build(...values);
      const gradients = differentiate(reduceSum(mul(y, y)), values);
      return gradients.map((gradient) => reduceMean(mul(gradient, gradient))).reduce(add);
    });
  });

  it('adds up what comes from several users', async () => {
    await checkGradient([{ shape: ['n', 2], dims }], (x) => mul(add(x, x), add(mul(x, x), tanh(x))));
  });

  it('passes no gradient through counts and conditions', () => {
    const graph = new Graph();
    const x = graph.input('x', ['n', 2]);
    const count = cast(sizeValueOf(x), 'float32');
    const positive = reduceSum(cast(greater(x, 0), 'float32'));
    expect(() => differentiate(mul(count, positive), [x])).toThrow(/does not depend on "x"/);
    expect(differentiate(mul(count, reduceSum(x)), [x])[0]!.shape).toEqual(['n', 2]);
  });

  it('names the operator without a gradient, its node, and the inputs before it', () => {
    const graph = new Graph();
    const [x, w, v, other] = ['x', 'w', 'v', 'other'].map((name) => graph.input(name, [2]));
    const types = { outputTypes: [x!] };
    const { outputs } = graph.add('Shrink', [add(add(mul(x!, w!), w!), v!)], {}, { name: 'gate', ...types });
    const loss = reduceSum(mul(outputs[0]!, other!));
    const see = 'and the loss; docs/operators.md of @spectrain/graph lists the operators that have one';
    expect(() => differentiate(loss, [other!, w!])).toThrow(
      `differentiate: Shrink (node gate) has no gradient, and lies between "w" ${see}`,
    );
    expect(() => differentiate(loss, [w!, v!, x!, other!])).toThrow(
      `differentiate: Shrink (node gate) has no gradient, and lies between "w" (and 2 more) ${see}`,
    );
    expect(differentiate(loss, [other!])).toHaveLength(1);
    // It needs no gradient if the loss does not depend on its output.
    expect(differentiate(reduceSum(w!), [w!])).toHaveLength(1);
  });

  it('says what is wrong in one line', () => {
    const graph = new Graph();
    const x = graph.input('x', ['n', 2]);
    const other = graph.input('other', [2]);
    expect(() => differentiate(x, [x])).toThrow(
      'differentiate: the loss must be a float scalar; "x" is float32 [n, 2]',
    );
    expect(() => differentiate(reduceSum(x), [other])).toThrow(
      'differentiate: the loss "ReduceSum_0" does not depend on "other"',
    );
    const image = graph.input('image', ['n', 1, 'h', 'w']);
    const y = conv(image, graph.constant(new Float32Array(9), { shape: [1, 1, 3, 3] }));
    expect(() => differentiate(reduceSum(y), [image])).toThrow(
      /^differentiate: gradient of Conv \(node Conv_\d+\): dimension 2 of \[n, 1, Conv\(h\), Conv\(w\)\] must be a number$/,
    );
  });
});
