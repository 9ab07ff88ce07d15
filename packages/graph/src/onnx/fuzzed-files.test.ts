/** Files that PyTorch wrote, damaged at random: they work or are refused in one line, at once and without much memory. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { differentiate } from '../differentiate.js';
import type { Value } from '../graph/graph.js';
import { reduceSum } from '../operators/reduce.js';
import { lower } from '../passes/lower.js';
import { uniformStream } from '../testing/check-gradient.js';
import { type Mutation, mutateOnnx } from '../testing/mutate-onnx.js';
import { fromOnnx } from './from-onnx.js';
import { toOnnx } from './to-onnx.js';

const count = 2000;
const testdata = new URL('../../testdata/', import.meta.url);
const files = readdirSync(testdata, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.onnx'))
  .sort()
  .map((file) => ({ file, bytes: new Uint8Array(readFileSync(new URL(file, testdata))) }));

/** What V8 says when a size was not checked before it was used. */
const unchecked = /Invalid .*length|allocation failed|call stack|BigInt|toFixed|Invalid count/;

it(`are read or refused: ${count} of them`, { timeout: 120_000 }, () => {
  const random = uniformStream(7);
  const pick = () => files[Math.floor(random() * files.length)]!;
  const outcomes = { worked: 0, refused: 0, notDifferentiated: 0 };
  const failures: string[] = [];
  for (let i = 0; i < count; i++) {
    const { file, bytes } = pick();
    const mutation = mutateOnnx(bytes, pick().bytes, random);
    const started = performance.now();
    const before = process.memoryUsage();
    const outcome = tryAll(mutation);
    const seconds = (performance.now() - started) / 1000;
    const after = process.memoryUsage();
    const grown = after.arrayBuffers - before.arrayBuffers + Math.max(0, after.heapUsed - before.heapUsed);
    const problem =
      typeof outcome === 'object'
        ? outcome.problem
        : seconds > 2
          ? `took ${seconds} s`
          : grown > 2e8
            ? `took ${grown} bytes`
            : '';
    if (problem) failures.push(`${i} ${file}, ${mutation.what}: ${problem}`);
    if (typeof outcome === 'string') outcomes[outcome]++;
  }
  expect(failures).toEqual([]);
  // Not everything is refused at the door.
  expect(outcomes.worked).toBeGreaterThan(count / 10);
  expect(outcomes.refused).toBeGreaterThan(count / 10);
});

function tryAll({ bytes }: Mutation): 'worked' | 'refused' | 'notDifferentiated' | { problem: string } {
  const attempt = <T>(work: () => T): T | string => {
    try {
      return work();
    } catch (error) {
      const { message, stack } = error as Error;
      const isClear = error instanceof RangeError && !message.includes('\n') && !unchecked.test(message);
      if (!isClear) throw new Error(stack);
      return message;
    }
  };
  try {
    const graph = attempt(() => fromOnnx(bytes));
    if (typeof graph === 'string') return 'refused';
    const written = attempt(() => toOnnx(lower(graph)));
    if (typeof written === 'string') return 'refused';
    const isFloat = ({ dtype }: Value) => dtype === 'float32';
    const output = graph.outputs.find(({ value }) => isFloat(value));
    if (!output) return 'worked';
    const weights = graph.constants.filter((value) => isFloat(value) && value.shape.length > 0);
    let differentiated = false;
    for (const weight of weights) {
      const gradient = attempt(() => differentiate(reduceSum(output.value), [weight])[0]!);
      if (typeof gradient !== 'string') differentiated = true;
    }
    return differentiated ? 'worked' : 'notDifferentiated';
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
