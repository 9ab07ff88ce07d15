import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataError } from './data-error.js';
import { loadText } from './load-text.js';
import { fromText, type TextData } from './text.js';

/** A split read back: inputs, and what they are to be followed by. */
const read = ({ characters }: TextData, values: ArrayLike<number>) =>
  Array.from(values, (value) => characters[value]).join('');

describe('fromText', () => {
  it('takes the characters that occur, by code point', () => {
    const { characters, classes } = fromText('ba\u{1f600}\uffee'.repeat(10), { context: 2 });
    expect(characters).toEqual(['a', 'b', '\uffee', '\u{1f600}']);
    expect(classes).toBe(4);
  });

  it('tests on the last tenth, and asks for the character after each', () => {
    const data = fromText(`${'abc'.repeat(30)}wxyzwxyzwx`, { context: 4 });
    expect([data.shape, data.labelShape]).toEqual([[4], [4]]);
    expect(read(data, data.train.inputs)).toBe('abc'.repeat(30).slice(0, -1));
    expect(read(data, data.train.labels)).toBe('abc'.repeat(30).slice(1));
    expect(read(data, data.test.inputs)).toBe('wxyzwxyzw');
    expect(read(data, data.test.labels)).toBe('xyzwxyzwx');
  });

  it('takes one byte a character, or two where there are more than 256', () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => String.fromCodePoint(0x4e00 + i));
    expect(fromText(many(256).join(''), { context: 2 }).train.inputs).toBeInstanceOf(Uint8Array);
    const data = fromText(many(300).join(''), { context: 2 });
    expect(data.train.inputs).toBeInstanceOf(Uint16Array);
    expect(read(data, data.test.labels)).toBe(many(300).slice(-29).join(''));
  });

  it('refuses a text that is empty or too short, and a context that is none', () => {
    expect(() => fromText('')).toThrow(new DataError('text: there is no text in it.'));
    expect(() => fromText('a'.repeat(649), { name: 'a.txt' })).toThrow(
      new DataError('a.txt: 649 characters are too few for a context of 64, which needs 650 or more.'),
    );
    expect(fromText('a'.repeat(650)).test.labels).toHaveLength(64);
    expect(() => fromText('a', { context: 1.5 })).toThrow('context: 1.5 is not allowed');
  });
});

describe('loadText', () => {
  let folder: string;
  const write = async (name: string, contents: Uint8Array | string) => {
    await writeFile(join(folder, name), contents);
    return join(folder, name);
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spectrain-text-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('reads UTF-8, without a mark at its start', async () => {
    const path = await write('good.txt', `\ufeff${'grün '.repeat(40)}`);
    const data = await loadText(path, { context: 5 });
    expect(data.characters).toEqual([' ', 'g', 'n', 'r', 'ü']);
    expect(data.train.inputs).toHaveLength(179);
  });

  it('refuses what it cannot read as text', async () => {
    const missing = join(folder, 'missing.txt');
    await expect(loadText(missing)).rejects.toThrow(new DataError(`${missing}: there is no such file.`));
    await expect(loadText(folder)).rejects.toThrow(
      new DataError(`${folder}: it is a folder, not a text file.`),
    );
    const latin1 = await write('latin1.txt', Buffer.from('grün '.repeat(200), 'latin1'));
    await expect(loadText(latin1)).rejects.toThrow(new DataError(`${latin1}: it is not a text in UTF-8.`));
    const empty = await write('empty.txt', '');
    await expect(loadText(empty)).rejects.toThrow(new DataError(`${empty}: there is no text in it.`));
  });
});
