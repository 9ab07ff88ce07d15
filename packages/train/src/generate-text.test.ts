import { describe, expect, it } from 'vitest';
import { fromText } from './data/text.js';
import { generateText } from './generate-text.js';

const data = fromText('abcd'.repeat(40), { context: 4 });

/** Logits of a network that sees `inputs` and answers at the last position that is not filled up. */
function network(answer: (seen: readonly number[]) => readonly number[]) {
  const calls: number[][] = [];
  return {
    calls,
    predict: async (inputs: ArrayLike<number>) => {
      const all = Array.from(inputs);
      calls.push(all);
      return Float32Array.from(all.flatMap((_, i) => answer(all.slice(0, i + 1))));
    },
  };
}

/** Sure of the next letter. */
const next = (seen: readonly number[]) => [0, 1, 2, 3].map((c) => (c === (seen.at(-1)! + 1) % 4 ? 20 : 0));
const undecided = () => [0, 0, 0, Math.log(3)];

describe('generateText', () => {
  it('goes on from the prompt, from the last characters that the context holds', async () => {
    const one = network(next);
    expect(await generateText(one, data, { length: 6, prompt: 'bc' })).toBe('dabcda');
    expect(one.calls.slice(0, 4)).toEqual([
      [1, 2, 0, 0],
      [1, 2, 3, 0],
      [1, 2, 3, 0],
      [2, 3, 0, 1],
    ]);
  });

  it('starts a line without a prompt, or where there are no lines as the text does', async () => {
    expect(await generateText(network(next), data, { length: 3 })).toBe('bcd');
    const lines = fromText('ba\n'.repeat(40), { context: 4 });
    const one = network(() => [0, 0, 0]);
    await generateText(one, lines, { length: 1 });
    expect(one.calls[0]![0]).toBe(lines.characters.indexOf('\n'));
  });

  it('draws from the softmax of the logits over the temperature', async () => {
    const share = async (temperature: number) => {
      const text = await generateText(network(undecided), data, { length: 4000, temperature });
      return [...text].filter((character) => character === 'd').length / text.length;
    };
    // Odds of 3 to 1 against each of the others: 3/6; at half the temperature 9/12, at twice √3/(√3 + 3).
    expect(await share(1)).toBeCloseTo(0.5, 1);
    expect(await share(0.5)).toBeCloseTo(0.75, 1);
    expect(await share(2)).toBeCloseTo(0.366, 1);
    expect(await share(0)).toBe(1);
    expect(await share(1e-300)).toBe(1);
  });

  it('depends on the seed alone', async () => {
    const write = (seed: number) => generateText(network(undecided), data, { length: 50, seed });
    expect(await write(1)).toBe(await write(1));
    expect(await write(1)).not.toBe(await write(2));
  });

  it('ends early when told to', async () => {
    const controller = new AbortController();
    const one = network((seen) => {
      if (seen.length === 4 && one.calls.length === 3) controller.abort();
      return next(seen);
    });
    const { signal } = controller;
    expect(await generateText(one, data, { length: 100, prompt: 'a', signal })).toBe('bcd');
  });

  it('refuses a prompt with other characters, and temperatures that are none', async () => {
    await expect(generateText(network(next), data, { prompt: 'abx' })).rejects.toThrow('the text has no "x"');
    for (const temperature of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      await expect(generateText(network(next), data, { temperature })).rejects.toThrow('is not allowed');
  });
});
