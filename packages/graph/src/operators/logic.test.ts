import { describe, expect, it } from 'vitest';
import { differentiate } from '../differentiate.js';
import { Graph, type Value } from '../graph/graph.js';
import { lower } from '../passes/lower.js';
import { errorOf } from '../testing/error-of.js';
import { compileGraph } from '../testing/run-graph.js';
import { equal, greater, less, mul } from './elementwise.js';
import { and, not } from './logic.js';
import { reduceSum } from './reduce.js';
import { where } from './where.js';

const apply = (op: string, ...inputs: Value[]) => inputs[0]!.graph.add(op, inputs).outputs[0]!;

describe('conditions', () => {
  it.each<[string, (x: Value, y: Value) => Value, number[]]>([
    ['Greater', greater, [0, 0, 1, 0]],
    ['GreaterOrEqual', (x, y) => apply('GreaterOrEqual', x, y), [0, 1, 1, 0]],
    ['Less', less, [1, 0, 0, 0]],
    ['LessOrEqual', (x, y) => apply('LessOrEqual', x, y), [1, 1, 0, 0]],
    ['Equal', equal, [0, 1, 0, 0]],
    ['And', (x, y) => and(greater(x, 0), greater(x, y)), [0, 0, 1, 0]],
    ['Or', (x, y) => apply('Or', less(x, y), greater(x, y)), [1, 0, 1, 0]],
    ['Xor', (x, y) => apply('Xor', less(x, y), greater(y, 1)), [0, 1, 1, 1]],
    ['Not', (x, y) => not(equal(x, y)), [1, 0, 1, 1]],
    ['IsNaN', (x) => apply('IsNaN', x), [0, 0, 0, 1]],
    ['IsInf', (x) => apply('IsInf', x), [0, 0, 1, 0]],
  ])('%s is what ONNX Runtime returns, and has no gradient', async (_, build, expected) => {
    const graph = new Graph();
    const [x, y] = [graph.input('x', ['n']), graph.constant([2])];
    const condition = build(x, y);
    expect(condition).toMatchObject({ dtype: 'bool', shape: ['n'] });
    graph.output('condition', condition);
    const loss = reduceSum(where(condition, mul(x, 3), 0));
    graph.output('gradient', differentiate(loss, [x])[0]!);
    const run = await compileGraph(lower(graph));
    const data = Float32Array.of(-1, 2, Infinity, NaN);
    const result = await run({ x: { dtype: 'float32', shape: [4], data } });
    expect(result.condition).toMatchObject({ dtype: 'bool', shape: [4], data: Uint8Array.from(expected) });
    expect(Array.from(result.gradient!.data, Number)).toEqual(expected.map((holds) => 3 * holds));
  });

  it('are refused where they are none, and are not there for what is no float', () => {
    const graph = new Graph();
    const [x, n] = [graph.input('x', [2]), graph.input('n', [2], 'int64')];
    const [condition, long] = [greater(x, 0), graph.input('long', [3], 'bool')];
    const inputs = 'inputs are bool [2]';
    expect(errorOf(() => and(condition, x))).toMatch(
      `input 1 is float32; it must be bool; ${inputs}, float32 [2]`,
    );
    expect(errorOf(() => not(x))).toMatch(/^Not \(node Not_\d+\): input 0 is float32; it must be bool; /);
    expect(errorOf(() => apply('Xor', condition, long))).toMatch('shapes [2] and [3] do not broadcast');
    expect(errorOf(() => apply('IsNaN', n))).toMatch('input 0 is int64; float32 and float64 are supported');
    expect(errorOf(() => less(x, n))).toMatch('element types differ');
  });
});
