import { DataError } from './data/data-error.js';
import { type TextData, toClasses } from './data/text.js';
import { type RandomStream, randomStream } from './random/random-stream.js';
import type { Trainer } from './types.js';

export interface GenerateTextOptions {
  /** Characters to generate. Default 200. */
  readonly length?: number;
  /** What the text goes on from. Default: a line break, or, where the data have none, their first character. */
  readonly prompt?: string;
  /** What logits are divided by: 0 takes the likeliest character always, 1 draws as the network says. Default 0.8. */
  readonly temperature?: number;
  /** Decides what is drawn. Default 0. */
  readonly seed?: number;
  /** Ends it early, with what there is. */
  readonly signal?: AbortSignal;
}

/**
 * Lets a network that was trained on a text write one, character by character, each from the last `context` ones.
 * @returns what follows the prompt
 * @throws DataError for a prompt with characters that the data do not have
 */
export async function generateText(
  network: Pick<Trainer, 'predict'>,
  data: TextData,
  { length = 200, prompt, temperature = 0.8, seed = 0, signal }: GenerateTextOptions = {},
): Promise<string> {
  if (!(temperature >= 0 && temperature < Number.POSITIVE_INFINITY))
    throw new RangeError(`temperature: ${temperature} is not allowed; a number of 0 or more is.`);
  const [context = 1] = data.shape;
  const classes = promptClasses(data, prompt);
  const start = classes.length;
  const random = randomStream(seed, 'text');
  for (let i = 0; i < length && !signal?.aborted; i++) {
    // What stands behind the last character is not seen from there.
    const inputs = new Float32Array(context);
    const seen = classes.slice(-context);
    inputs.set(seen);
    const logits = await network.predict(inputs);
    const last = logits.subarray((seen.length - 1) * data.classes, seen.length * data.classes);
    classes.push(draw(last, temperature, random));
  }
  return classes
    .slice(start)
    .map((number) => data.characters[number])
    .join('');
}

/** @throws DataError naming the first character of a prompt that the data do not have */
function promptClasses(data: TextData, prompt = ''): number[] {
  if (prompt === '')
    return [data.characters.includes('\n') ? data.characters.indexOf('\n') : data.train.inputs[0]!];
  return toClasses(data, prompt).map((number, i) => {
    if (number !== undefined) return number;
    throw new DataError(`prompt: the text has no ${JSON.stringify([...prompt][i])}.`);
  });
}

/** A class with the probability of `softmax(logits / temperature)`. */
function draw(logits: Float32Array, temperature: number, random: RandomStream): number {
  const max = logits.reduce((a, b) => Math.max(a, b));
  if (temperature === 0) return logits.indexOf(max);
  const weights = Array.from(logits, (logit) => Math.exp((logit - max) / temperature));
  let left = random.uniform() * weights.reduce((a, b) => a + b);
  for (const [i, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return i;
  }
  return logits.indexOf(max);
}
