import { InputError } from './input-error.js';

/** Reads a whole number from the command line. */
export function wholeNumber(flag: string, least: number): (text: string) => number {
  return (text) => {
    const value = toNumber(text);
    if (!Number.isSafeInteger(value) || value < least)
      throw new InputError(flag, text, `a whole number >= ${least}`);
    return value;
  };
}

/** `NaN` for what is not a number; unlike `Number`, also for the empty text. */
export function toNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}
