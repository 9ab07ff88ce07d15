import { add, cast, Graph, mul, reduceSum, toOnnx } from '@spectrain/graph';
import { Tensor } from 'onnxruntime-node';
import { afterEach, describe, expect, it } from 'vitest';
import { CpuSession } from './cpu-session.js';

const open: CpuSession[] = [];
afterEach(async () => {
  for (const session of open.splice(0)) await session.release();
});

function sessionOf(build: (graph: Graph) => void): CpuSession {
  const graph = new Graph();
  build(graph);
  const session = new CpuSession(toOnnx(graph), 1);
  open.push(session);
  return session;
}

/** Outputs `sum` `[n, 2]` and `total`, a scalar, of a + b. */
const sums = () =>
  sessionOf((graph) => {
    const sum = add(graph.input('a', ['n', 2]), graph.input('b', [2]));
    graph.output('sum', sum);
    graph.output('total', reduceSum(sum));
  });

const floats = (values: readonly number[], dims: readonly number[]) =>
  new Tensor('float32', Float32Array.from(values), dims);

describe('CpuSession', () => {
  it('writes into the memory that it is given, and reads what has changed there', async () => {
    const session = sums();
    const feeds = { a: floats([1, 2, 3, 4], [2, 2]), b: floats([10, 20], [2]) };
    // A single number may lie in memory that moves.
    const into = { sum: floats([0, 0, 0, 0], [2, 2]), total: new Tensor('float32', new Float32Array(1), []) };
    expect(await session.run(feeds, into)).toBe(into);
    expect([...into.sum.data]).toEqual([11, 22, 13, 24]);
    expect(into.total.data).toEqual(Float32Array.of(70));
    (feeds.b.data as Float32Array)[0] = 0;
    await session.run(feeds, into);
    expect([...into.sum.data]).toEqual([1, 22, 3, 24]);
    expect(into.total.data).toEqual(Float32Array.of(50));
  });

  it('gives outputs memory of their own where none is given, whatever their size', async () => {
    const session = sums();
    const b = floats([1, 2], [2]);
    const first = await session.run({ a: floats([0, 0], [1, 2]), b });
    expect(first.sum!.dims).toEqual([1, 2]);
    const into = { sum: floats([0, 0, 0, 0, 0, 0], [3, 2]) };
    const second = await session.run({ a: floats([1, 1, 2, 2, 3, 3], [3, 2]), b }, into);
    expect([...into.sum.data]).toEqual([2, 3, 3, 4, 4, 5]);
    expect(second.total!.data).toEqual(Float32Array.of(21));
    expect((await session.run({ a: floats([5, 5], [1, 2]), b })).sum!.data).toEqual(Float32Array.of(6, 7));
    expect(first.sum!.data).toEqual(Float32Array.of(1, 2));
  });

  it.each([
    ['float64', Float64Array.of(1.5, -2)],
    ['int32', Int32Array.of(1, -2)],
    ['int64', BigInt64Array.of(1n, -(2n ** 60n))],
    ['uint8', Uint8Array.of(1, 255)],
    ['bool', Uint8Array.of(1, 0)],
  ] as const)('takes and returns %s', async (type, data) => {
    const session = sessionOf((graph) => {
      graph.output('y', graph.add('Identity', [graph.input('x', [2], type)]).outputs[0]!);
    });
    const { y } = await session.run({ x: new Tensor(type, data as Float64Array, [2]) });
    expect([y!.type, y!.data]).toEqual([type, data]);
  });

  it('returns an output without elements', async () => {
    const session = sums();
    const { sum } = await session.run({ a: floats([], [0, 2]), b: floats([1, 2], [2]) });
    expect([sum!.dims, sum!.data.length]).toEqual([[0, 2], 0]);
  });

  it('says what is wrong with inputs, outputs and models, and goes on', async () => {
    const session = sums();
    const feeds = { a: floats([1, 2], [1, 2]), b: floats([1, 2], [2]) };
    await expect(session.run({ a: feeds.a })).rejects.toThrow('the graph needs an input b');
    await session.run(feeds);
    await expect(session.run({ a: feeds.a })).rejects.toThrow('the graph needs an input b');
    await expect(session.run({ ...feeds, c: feeds.b })).rejects.toThrow('the graph has no input c');
    await expect(session.run({ ...feeds, b: floats([1, 2, 3], [3]) })).rejects.toThrow(/Got: 3 Expected: 2/);
    await expect(session.run(feeds, { mean: feeds.b })).rejects.toThrow('the graph has no output mean');
    await expect(session.run({ ...feeds, b: new Tensor('string', ['x', 'y'], [2]) })).rejects.toThrow(
      'tensors of string are not supported',
    );
    expect((await session.run(feeds)).sum!.data).toEqual(Float32Array.of(2, 4));
    expect(() => new CpuSession(Uint8Array.of(1, 2, 3), 1)).toThrow(/protobuf/i);
  });

  it('takes names that every object has for names', async () => {
    const session = sessionOf((graph) => {
      graph.output('constructor', mul(graph.input('toString', [1]), 2));
    });
    await expect(session.run({})).rejects.toThrow('the graph needs an input toString');
    const outputs = await session.run({ toString: floats([3], [1]) });
    const results = Object.entries(outputs).map(([name, { data }]) => [name, data]);
    expect(results).toEqual([['constructor', Float32Array.of(6)]]);
  });

  it('refuses memory that has been given away meanwhile', async () => {
    const session = sums();
    const feeds = { a: floats([1, 2], [1, 2]), b: floats([1, 2], [2]) };
    await session.run(feeds);
    structuredClone(feeds.b.data, { transfer: [(feeds.b.data as Float32Array).buffer as ArrayBuffer] });
    await expect(session.run(feeds)).rejects.toThrow(/not enough space: expected 8, got 0/);
  });

  it('does not run any more when it has been released', async () => {
    const session = sums();
    await session.release();
    await session.release();
    await expect(session.run({})).rejects.toThrow('released');
  });

  it('leaves turns to other events, however short its runs', async () => {
    const session = sums();
    const feeds = { a: floats([1, 2], [1, 2]), b: floats([1, 2], [2]) };
    let isStopped = false;
    setTimeout(() => {
      isStopped = true;
    }, 1);
    const started = performance.now();
    while (!isStopped && performance.now() - started < 5000) await session.run(feeds);
    expect(isStopped).toBe(true);
  });

  it('keeps the memory of what it is bound to', async () => {
    const session = sessionOf((graph) => {
      const x = graph.input('x', [1000]);
      graph.output('y', mul(cast(x, 'float32'), 2));
    });
    const { gc } = globalThis as { gc?: () => void };
    for (let i = 0; i < 200; i++) {
      const into = { y: new Tensor('float32', new Float32Array(1000), [1000]) };
      await session.run({ x: new Tensor('float32', new Float32Array(1000).fill(i), [1000]) }, into);
      gc?.();
      expect(into.y.data[999]).toBe(2 * i);
    }
  });
});
