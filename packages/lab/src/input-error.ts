import { OptimizerSpecError } from '@spectrain/optim';
import { DataError, ModelNameError } from '@spectrain/train';
import { closest } from 'fastest-levenshtein';

/** Input that cannot be used; the message is one line: `--epochs: found "0"; allowed: a whole number >= 1`. */
export class InputError extends Error {
  override readonly name = 'InputError';

  constructor(
    readonly field: string,
    readonly found: string,
    /** Names to choose from, or a phrase. */
    readonly allowed: string | readonly string[],
  ) {
    const choices = typeof allowed === 'string' ? allowed : `${allowed.join(', ')}${nearest(found, allowed)}`;
    super(`${field}: found ${JSON.stringify(found)}; allowed: ${choices}`);
  }
}

/** `; nearest: adam`. */
export function nearest(found: string, names: readonly string[]): string {
  return found === '' || names.length === 0 ? '' : `; nearest: ${closest(found, names)}`;
}

/** Whether the error says that the input was wrong, as opposed to that something failed. */
export function isInputError(error: unknown): error is Error {
  return [InputError, DataError, ModelNameError, OptimizerSpecError].some((type) => error instanceof type);
}
