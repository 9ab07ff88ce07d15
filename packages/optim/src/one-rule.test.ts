import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeSpec, optimizerKinds } from './index.js';
import { presets } from './presets.js';

const text = readFileSync(new URL('../docs/one-rule.md', import.meta.url), 'utf8');
const numbers = [
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];

/** The cells of the table below this header, without quotes of code. */
function table(header: string): string[][] {
  const lines = text.split('\n').map((line) =>
    line
      .replaceAll('`', '')
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  const start = lines.findIndex((cells) => cells.join(', ') === header);
  const rows = lines.slice(start + 2);
  return rows.slice(
    0,
    rows.findIndex((cells) => cells.length === 0),
  );
}

describe('docs/one-rule.md', () => {
  it('counts the optimizers and has a section for each', () => {
    expect(text.split('\n')[0]).toBe(`# One rule, ${numbers[optimizerKinds.length - 1]} optimizers`);
    expect([...text.matchAll(/^### `(.*)`$/gm)].map((match) => match[1])).toEqual([
      ...optimizerKinds,
      'custom',
    ]);
  });

  it('has the options of the presets', () => {
    expect(table('kind, first moment, second moment, bias correction, weight decay')).toEqual(
      optimizerKinds.map((kind) => {
        const { first, second, biasCorrection, decay } = presets[kind].rule;
        return [kind, first, second, biasCorrection ? 'yes' : 'no', decay];
      }),
    );
  });

  it('has their defaults', () => {
    const names = ['lr', 'momentum', 'dampening', 'beta1', 'beta2', 'p', 'eps', 'weightDecay'] as const;
    const read = (cell: string) => (cell === '' || Number.isNaN(Number(cell)) ? cell : Number(cell));
    expect(table(['kind', ...names].join(', ')).map((row) => row.map(read))).toEqual(
      optimizerKinds.map((kind) => [
        kind,
        ...names.map((name) => {
          const value = describeSpec(kind).find((description) => description.name === name)?.default ?? '';
          return typeof value === 'object' ? value.kind : value;
        }),
      ]),
    );
  });

  it('has the defaults of nsf and lcam in words', () => {
    expect(presets.nsf.defaults.p).toEqual({
      kind: 'cycle',
      shape: 'cosine',
      low: -0.1,
      high: 0.25,
      period: 1,
      unit: 'epochs',
    });
    expect(text).toContain('a cosine from -0.1 to 0.25 and back each epoch');
    expect(presets.lcam.defaults.momentum).toEqual({ kind: 'loss-controlled', sparse: 0.9, nonSparse: 0.95 });
    expect(text.replaceAll('\n', ' ')).toContain('0.9 (`sparse`) after a step');
  });
});
