import { readdir, readFile } from 'node:fs/promises';
import { gradients } from '../gradients/table.js';
import { fromOnnx } from '../onnx/from-onnx.js';
import { operators } from '../operators/table.js';

const sources = new URL('../', import.meta.url);
const testdata = new URL('../../testdata/', import.meta.url);

/** The contents of docs/operators.md. */
export async function operatorsTable(): Promise<string> {
  const [differences, pyTorch] = [await testedByDifferences(), await testedByPyTorch()];
  const names = [...new Set([...Object.keys(operators), ...Object.keys(gradients)])].sort();
  const columns = [
    (op: string) => Object.hasOwn(operators, op),
    (op: string) => Object.hasOwn(gradients, op),
    (op: string) => differences.has(op),
    (op: string) => pyTorch.has(op),
  ];
  const rows = names.map((op) => `| ${[op, ...columns.map((has) => (has(op) ? '✓' : ''))].join(' | ')} |`);
  return `${[
    '# Operators',
    '',
    'By their ONNX names. This file is made by `npm run docs:operators -w @spectrain/graph`; do not edit it.',
    '',
    '- **Shapes**: the types and shapes of the outputs are inferred.',
    '- **Gradient**: `differentiate` goes through it. Counts and conditions need none.',
    '- **Differences**: a test compares the gradient with finite differences in float64 (its title is “gradient of” it).',
    '- **PyTorch**: a test compares output and gradient with numbers from PyTorch (`testdata`).',
    '',
    `${names.length} operators, ${names.filter(columns[1]!).length} with a gradient.`,
    '',
    '| Operator | Shapes | Gradient | Differences | PyTorch |',
    '|---|:-:|:-:|:-:|:-:|',
    ...rows,
  ].join('\n')}\n`;
}

/** The operators in titles "gradient of X". `checkGradient` fails in a test of that title if X is not in its graph. */
async function testedByDifferences(): Promise<Set<string>> {
  const tested = new Set<string>();
  for (const file of await readdir(sources, { recursive: true })) {
    if (!file.endsWith('.test.ts')) continue;
    const text = await readFile(new URL(file, sources), 'utf8');
    if (!text.includes('checkGradient')) continue;
    for (const [, op] of text.matchAll(/(?:describe|it)\('gradient of ([A-Z]\w*)/g)) tested.add(op!);
    // describe.each([['X', ...], ...])('gradient of %s', ...)
    for (const part of text.split('.each').slice(1)) {
      const list = part.slice(0, Math.max(0, part.indexOf("('gradient of %s")));
      for (const [, op] of list.matchAll(/'(\w+)'/g)) tested.add(op!);
    }
  }
  return tested;
}

/** The operators of operators.json, and those that PyTorch's own files compute floats with. */
async function testedByPyTorch(): Promise<Set<string>> {
  const { cases } = JSON.parse(await readFile(new URL('operators.json', testdata), 'utf8')) as {
    cases: { op: string }[];
  };
  const files = (await readdir(testdata, { recursive: true })).filter((file) => file.endsWith('.onnx'));
  const graphs = await Promise.all(
    files.map(async (file) => fromOnnx(await readFile(new URL(file, testdata)))),
  );
  const nodes = graphs.flatMap((graph) => graph.nodes);
  const onFloats = nodes.filter(({ outputs }) => outputs[0]!.dtype === 'float32');
  return new Set([...cases, ...onFloats].map(({ op }) => op));
}
