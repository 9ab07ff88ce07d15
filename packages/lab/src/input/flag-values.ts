import { InputError } from './input-error.js';

/** Reads a whole number from the command line. */
export function wholeNumber(
  flag: string,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): (text: string) => number {
  return (text) => {
    const value = toNumber(text);
    if (!Number.isSafeInteger(value) || value < least || value > most) {
      const bounds = most === Number.MAX_SAFE_INTEGER ? `>= ${least}` : `from ${least} to ${most}`;
      throw new InputError(flag, text, `a whole number ${bounds}`);
    }
    return value;
  };
}

/** Reads a number from the command line. */
export function numberFrom(flag: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = toNumber(text);
    if (!(value >= least && value <= most))
      throw new InputError(flag, text, `a number from ${least} to ${most}`);
    return value;
  };
}

/** `NaN` for what is not a number; unlike `Number`, also for the empty text. */
export function toNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}
