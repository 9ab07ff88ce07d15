/**
 * A description of an optimizer that cannot be used. The message is one line:
 * `lr: found -1; allowed: a number >= 0`.
 */
export class OptimizerSpecError extends RangeError {
  override readonly name = 'OptimizerSpecError';

  constructor(
    /** Where: `lr`, `p.high`, `lr.milestones[1].at`; empty for the description itself. */
    readonly field: string,
    /** What was there. For a field that is not known this is its name. */
    readonly found: unknown,
    /** What may be there: a list of names to choose from, or a phrase. */
    readonly allowed: string | readonly string[],
  ) {
    const choices = typeof allowed === 'string' ? allowed : allowed.join(', ');
    super(`${field || 'optimizer'}: found ${describeValue(found)}; allowed: ${choices}`);
  }
}

/** A value in a word or two, for messages. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'function') return 'a function';
  return String(value);
}
