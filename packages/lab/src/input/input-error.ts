import { OptimizerSpecError } from '@spectrain/optim';
import { DataError, ModelNameError } from '@spectrain/train';
import { closest } from 'fastest-levenshtein';

/** Input that cannot be used; the message is one line: `--epochs: found "0"; allowed: a whole number >= 1`. */
export class InputError extends Error {
  override readonly name = 'InputError';

  constructor(
    readonly field: string,
    readonly found: unknown,
    /** Names to choose from, or a phrase. */
    readonly allowed: string | readonly string[],
  ) {
    const choices = typeof allowed === 'string' ? allowed : `${allowed.join(', ')}${nearest(found, allowed)}`;
    super(`${field}: found ${describeFound(found)}; allowed: ${choices}`);
  }
}

/** `; nearest: adam`. */
export function nearest(found: unknown, names: readonly string[]): string {
  if (typeof found !== 'string' || found === '' || names.length === 0) return '';
  return `; nearest: ${closest(found.slice(0, longest), names)}`;
}

/** Whether the error says that the input was wrong, as opposed to that something failed. */
export function isInputError(error: unknown): error is Error {
  return [InputError, DataError, ModelNameError, OptimizerSpecError].some((type) => error instanceof type);
}

/** A text in quotes, on one line. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u0085\u2028\u2029]/g,
    (separator) => `\\u${separator.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Characters of what was found that are shown. */
const longest = 300;

function describeFound(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string')
    return value.length > longest ? `${quoted(value.slice(0, longest))}...` : quoted(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
