import type { ClassificationDataset, ClassificationSplit } from '../types.js';
import { DataError } from './data-error.js';

export interface TextOptions {
  /** Characters of an example: as many as a prediction can see. Default 64. */
  readonly context?: number;
  /** What the text is called in messages. Default `text`. */
  readonly name?: string;
}

/** A text to learn the next character of. */
export interface TextData extends ClassificationDataset {
  /** The characters that occur, by code point, in order; a class is a place in this list. */
  readonly characters: readonly string[];
}

/** The last part of the text is the test split: one character in so many. */
const testShare = 10;
const mostCharacters = 0x1_0000;

/**
 * A data set of a text, character by character (code points). The first nine tenths are for training, the last tenth is
 * for testing. An example is `context` characters in a row, its labels the character after each of them. Examples do not
 * overlap; with `augmentation: { shift: true }` every epoch cuts them elsewhere.
 * @throws DataError for a text that is too short, and RangeError for a context that is no whole number above 0
 */
export function fromText(text: string, { context = 64, name = 'text' }: TextOptions = {}): TextData {
  if (!Number.isSafeInteger(context) || context < 1)
    throw new RangeError(`context: ${context} is not allowed; a whole number of 1 or more is.`);
  if (text === '') throw new DataError(`${name}: there is no text in it.`);
  const { characters, tokens } = tokenize(text, name);
  const testCount = Math.floor(tokens.length / testShare);
  if (testCount < context + 1)
    throw new DataError(
      `${name}: ${tokens.length} characters are too few for a context of ${context}, which needs ${testShare * (context + 1)} or more.`,
    );
  const trainCount = tokens.length - testCount;
  return {
    name: 'text',
    shape: [context],
    labelShape: [context],
    classes: characters.length,
    train: toSplit(tokens.subarray(0, trainCount)),
    test: toSplit(tokens.subarray(trainCount)),
    characters,
  };
}

/** The characters of a text as classes; nothing for one that does not occur in the data. */
export function toClasses({ characters }: TextData, text: string): (number | undefined)[] {
  const classes = new Map(characters.map((character, i) => [character, i]));
  return Array.from(text, (character) => classes.get(character));
}

function tokenize(text: string, name: string): { characters: string[]; tokens: Uint8Array | Uint16Array } {
  let count = 0;
  const found = new Set<string>();
  for (const character of text) {
    count++;
    found.add(character);
  }
  const characters = [...found].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
  if (characters.length > mostCharacters)
    throw new DataError(
      `${name}: ${characters.length} different characters are more than ${mostCharacters}.`,
    );
  const classes = new Map(characters.map((character, i) => [character, i]));
  const tokens = new (characters.length <= 0x100 ? Uint8Array : Uint16Array)(count);
  let i = 0;
  for (const character of text) tokens[i++] = classes.get(character)!;
  return { characters, tokens };
}

/** One long sequence and what follows each of its elements, over the same memory. */
function toSplit(tokens: Uint8Array | Uint16Array): ClassificationSplit {
  return { inputs: tokens.subarray(0, -1), labels: tokens.subarray(1) };
}
