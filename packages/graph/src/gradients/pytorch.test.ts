/** Single operators against PyTorch, ties and kinks included; testdata/operators.py made the numbers. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { differentiate } from '../differentiate.js';
import type { Attributes } from '../graph/attribute.js';
import { Graph } from '../graph/graph.js';
import { type DType, typedArray } from '../graph/tensor-type.js';
import { mul } from '../operators/elementwise.js';
import { reduceSum } from '../operators/reduce.js';
import { lower } from '../passes/lower.js';
import { compileGraph, type TestTensor } from '../testing/run-graph.js';

interface Listed {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Case {
  readonly op: string;
  readonly attributes: Attributes;
  /** Those that have a gradient come first. */
  readonly inputs: readonly Listed[];
  readonly y: Listed;
  readonly weights: Listed;
  readonly gradients: readonly Listed[];
}

const file = new URL('../../testdata/operators.json', import.meta.url);
const { cases }: { cases: Case[] } = JSON.parse(await readFile(file, 'utf8'));

describe('output and gradients are those of PyTorch', () => {
  it.each(cases.map((one, i) => [one.op, i, one] as const))('%s (case %i)', async (op, _, one) => {
    const graph = new Graph();
    const inputs = one.inputs.map(({ dtype, shape, data }, i) =>
      i < one.gradients.length
        ? graph.input(`input${i}`, shape, dtype)
        : graph.constant(typedArray(data, dtype), { shape }),
    );
    const y = graph.add(op, inputs, one.attributes).outputs[0]!;
    const loss = reduceSum(mul(y, graph.input('weights', one.weights.shape)));
    const wrt = inputs.slice(0, one.gradients.length);
    graph.output('y', y);
    differentiate(loss, wrt).forEach((gradient, i) => {
      graph.output(`gradient${i}`, gradient);
    });
    const feeds = { weights: tensor(one.weights) };
    const given = wrt.map(({ name }, i) => [name, tensor(one.inputs[i]!)] as const);
    const result = await (await compileGraph(lower(graph)))({ ...feeds, ...Object.fromEntries(given) });
    expectClose(result.y!, one.y, 'y');
    one.gradients.forEach((gradient, i) => {
      expectClose(result[`gradient${i}`]!, gradient, `gradient of input ${i}`);
    });
  });
});

function tensor({ dtype, shape, data }: Listed): TestTensor {
  return { dtype, shape, data: typedArray(data, dtype) };
}

/** This side has float32's rounding. */
function expectClose(actual: TestTensor, expected: Listed, name: string): void {
  expect(actual.shape, name).toEqual(expected.shape);
  const scale = Math.max(1, ...expected.data.map(Math.abs));
  expected.data.forEach((value, i) => {
    expect(Math.abs(Number(actual.data[i]) - value) / scale, `${name}[${i}]`).toBeLessThan(2e-6);
  });
}
