import { describe, expect, it } from 'vitest';
import { string } from '../graph/attribute.js';
import { Graph } from '../graph/graph.js';
import type { DType, Shape } from '../graph/tensor-type.js';
import { errorOf } from '../testing/error-of.js';
import { negativeLogLikelihoodLoss, softmaxCrossEntropyLoss } from './loss.js';

const graph = new Graph();
const input = (shape: Shape, dtype?: DType) => graph.input(`input${graph.inputs.length}`, shape, dtype);
const [scores, labels] = [input(['n', 5, 'h']), input(['n', 'h'], 'int64')];

describe.each([
  ['SoftmaxCrossEntropyLoss', softmaxCrossEntropyLoss],
  ['NegativeLogLikelihoodLoss', negativeLogLikelihoodLoss],
] as const)('%s', (op, loss) => {
  it('is a scalar, or one number a label', () => {
    expect(loss(scores, labels).shape).toEqual([]);
    expect(loss(scores, labels, { reduction: 'sum' }).shape).toEqual([]);
    expect(loss(scores, labels, { reduction: 'none' }).shape).toEqual(['n', 'h']);
  });

  it.each<[string, () => unknown]>([
    [
      'the labels must be [n, h]; inputs are float32 [n, 5, h], int64 [n]',
      () => loss(scores, input(['n'], 'int64')),
    ],
    ['the labels are float32; int32 and int64 are supported', () => loss(scores, input(['n', 'h']))],
    ['the input must have two dimensions or more', () => loss(input([5]), labels)],
    ['input 0 is int64; float32 and float64 are supported', () => loss(labels, labels)],
    [
      'the weights must be float32 [5], one per class',
      () => loss(scores, labels, { weights: graph.constant([1, 2]) }),
    ],
    [
      'reduction max is not supported; none, mean, sum are',
      () => graph.add(op, [scores, labels], { reduction: string('max') }),
    ],
    ['input 1 is missing', () => graph.add(op, [scores])],
  ])('%s', (message, call) => {
    expect(errorOf(call)).toMatch(message);
    expect(errorOf(call)).toMatch(new RegExp(`^${op} \\(node ${op}_\\d+\\): `));
  });
});
