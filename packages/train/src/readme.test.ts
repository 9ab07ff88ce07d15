import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';

/** All examples in JavaScript of a README, but for those that `web.test.ts` runs. */
async function examplesOf(readme: string): Promise<string[]> {
  const text = await readFile(new URL(readme, import.meta.url), 'utf8');
  const inNode = text.replace(/^## In the browser\n.*?^## /ms, '');
  return [...inNode.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code!);
}

/** Runs an example as it stands, inside of the package, where its name is found as it is for a user. */
async function run(
  code: string | undefined,
  look: (folder: string, lines: string[]) => Promise<void> | void,
): Promise<void> {
  const folder = await mkdtemp(fileURLToPath(new URL('../dist/readme-', import.meta.url)));
  try {
    await writeFile(join(folder, 'example.mjs'), code!);
    const { stdout } = await promisify(execFile)(process.execPath, ['example.mjs'], { cwd: folder });
    await look(folder, stdout.trim().split('\n'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

const [spirals, ownModel, ...others] = await examplesOf('../../../README.md');
const [digits, text, regression, synthetic, onnxFile, wholeStep, ...more] = await examplesOf('../README.md');

it('the example of the workspace’s README runs as it stands', () =>
  run(spirals, async (folder, lines) => {
    expect(lines).toHaveLength(41);
    expect(lines[39]).toMatch(/^40 (1|0\.9)/);
    expect(lines[40]).toMatch(/^{ loss: 0\.\d+, accuracy: (1|0\.9\d*) }$/);
    const session = await InferenceSession.create(join(folder, 'spirals.onnx'));
    const { logits } = await session.run({ x: new Tensor('float32', [0.5, 0.5], [1, 2]) });
    expect(logits!.dims).toEqual([1, 2]);
  }));

it('its model of one’s own trains as it stands', () =>
  run(ownModel, (_, lines) => {
    expect(lines.join()).toMatch(/^0\.9\d*$/);
  }));

it('the example of the package’s README runs as it stands', () =>
  run(digits, (_, lines) => {
    expect(lines.join()).toMatch(/^completed 0\.9\d*$/);
  }));

it('the example of a text runs as it stands', () =>
  run(text, (_, lines) => {
    expect(lines[0]).toMatch(/^perplexity [23]\.\d+$/);
    expect(lines.slice(1).join('\n')).toMatch(/\d+ and 1 are \d+\./);
  }));

it('the example of regression runs as it stands', () =>
  run(regression, (_, [loss, output]) => {
    expect(Number(loss)).toBeLessThan(0.01);
    expect(Number(output!.match(/\[ ([\d.]+) \]/)![1])).toBeCloseTo(1, 0.5);
  }));

it('the example of synthetic data runs as it stands', () =>
  run(synthetic, (_, [components, isTruth, accuracy]) => {
    expect([components, isTruth]).toEqual(['1 at 2, 0.5 at 4, 0.25 at 6', 'true']);
    expect(Number(accuracy)).toBeGreaterThan(0.9);
  }));

it('the example of an ONNX file runs as it stands', () =>
  run(onnxFile, async (folder, lines) => {
    const [before, after] = lines.join().split(' ').map(Number);
    expect(before).toBeGreaterThan(0.5);
    expect(after).toBeGreaterThan(before!);
    const [first, second] = await Promise.all(
      ['digits.onnx', 'tuned.onnx'].map((file) => InferenceSession.create(join(folder, file))),
    );
    expect(second!.inputNames).toEqual(first!.inputNames);
    expect(second!.outputNames).toEqual(first!.outputNames);
  }));

it('the example of a whole step in one file runs as it stands', () =>
  run(wholeStep, (_, lines) => {
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['25', '50', '75', '100']);
    expect(Number(lines.at(-1)!.split(' ')[2])).toBeLessThan(0.1);
  }));

it('there is no example that is not run', () => {
  expect([...others, ...more]).toEqual([]);
});
