import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testFolder } from '../testing/start-cli.js';
import { type MetricLine, parseMetrics } from './metrics.js';
import { MetricsWriter } from './metrics-writer.js';

let folder: Awaited<ReturnType<typeof testFolder>>;
let path: string;
beforeEach(async () => {
  folder = await testFolder();
  path = join(folder.path, 'metrics.jsonl');
});
afterEach(() => folder.remove());

const step = (number: number, loss = 1): MetricLine => ({ kind: 'step', step: number, loss, lr: 0.1 });
const note: MetricLine = { kind: 'note', text: 'été' };

function append(...lines: readonly MetricLine[]): readonly boolean[] {
  const writer = new MetricsWriter(path);
  const written = lines.map((line) => writer.append(line));
  writer.close();
  return written;
}

test('goes on after what is there, and writes nothing twice', async () => {
  expect(append(step(10), step(20))).toEqual([true, true]);
  expect(append(step(10, 7), step(20, 7), note, step(30))).toEqual([false, false, true, true]);
  expect(parseMetrics(await readFile(path, 'utf8'))).toEqual([step(10), step(20), note, step(30)]);
});

test('removes a last line that is torn, also inside of a character', async () => {
  append(step(10), note);
  const whole = await readFile(path);
  for (let length = whole.length - 1; length > 0; length--) {
    await writeFile(path, whole.subarray(0, length));
    append(step(20));
    const lines = parseMetrics(await readFile(path, 'utf8'));
    expect(lines.at(-1)).toEqual(step(20));
    expect((await readFile(path, 'utf8')).endsWith('}\n')).toBe(true);
    expect(lines.length).toBe(length >= JSON.stringify(step(10)).length + 1 ? 2 : 1);
  }
});

test('leaves out what is not a line of metrics', async () => {
  append(step(10));
  await appendFile(path, '{"kind":\n\nnull\n7\n');
  append(step(20));
  expect(parseMetrics(await readFile(path, 'utf8'))).toEqual([step(10), step(20)]);
});

test('finds where whole lines end also after bytes that are no text', async () => {
  const damaged = Buffer.concat([Buffer.from('{"kind":"no'), Buffer.alloc(40, 0xff), Buffer.from('"}\n')]);
  await writeFile(path, Buffer.concat([damaged, Buffer.from('{"kind":"note","te')]));
  expect(append(step(10))).toEqual([true]);
  expect(parseMetrics((await readFile(path, 'utf8')).slice(damaged.toString().length))).toEqual([step(10)]);
});
