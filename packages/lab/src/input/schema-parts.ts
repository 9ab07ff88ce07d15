import { z } from 'zod';

// The message of every part is the phrase that says what is allowed there.

export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER) {
  const bounds = most === Number.MAX_SAFE_INTEGER ? `>= ${least}` : `from ${least} to ${most}`;
  const phrase = `a whole number ${bounds}`;
  return z.int(phrase).min(least, phrase).max(most, phrase);
}

export function numberBetween(least: number, most: number) {
  const phrase = `a number from ${least} to ${most}`;
  return z.number(phrase).min(least, phrase).max(most, phrase);
}

export function positiveNumber() {
  return z.number('a number > 0').positive('a number > 0');
}

/** A share that is neither none nor all. */
export function properShare() {
  const phrase = 'a number between 0 and 1';
  return z.number(phrase).gt(0, phrase).lt(1, phrase);
}

export function finiteNumber() {
  return z.number('a finite number');
}

export function flag() {
  return z.boolean('true or false');
}

export function text(phrase = 'a text') {
  return z.string(phrase).min(1, phrase).max(10_000, phrase);
}

/** A name that is shown in tables and reports. */
export function label() {
  const phrase = 'a name of 1 to 100 printable characters';
  return (
    z
      .string(phrase)
      .max(100, phrase)
      // Without control characters, separators of lines and marks of direction, and the same with and without the flag u.
      .regex(/^[ -~\u00a0-\u200a\u2010-\u2027\u2030-\u205f\u2070-\ufefe\uff00-\ufffd]+$/, phrase)
  );
}

export function choice<const Names extends readonly string[]>(names: Names) {
  return z.enum(names, names.join(', '));
}

/** At least one item. */
export function listOf<Item extends z.ZodType>(item: Item, what: string, most = 1000) {
  const phrase = `a list of 1 to ${most} ${what}`;
  return z.array(item, phrase).min(1, phrase).max(most, phrase);
}

/** One item, or a list of them. */
export function oneOrList<Item extends z.ZodType>(item: Item, what: string) {
  return z.union([item, listOf(item, what)]);
}

/** An object with these fields and no others. */
export function object<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? names : `an object with ${names}`),
  });
}

/** An object with names of one's own. */
export function mapOf<Value extends z.ZodType>(value: Value, what: string) {
  return z.record(label(), value, `an object with ${what}`);
}

/** A JSON object that another check reads. */
export function anyObject(phrase: string) {
  return z.record(z.string(), z.unknown(), phrase);
}

/** A text of a form. */
export function textLike(form: RegExp, phrase: string) {
  return z.string(phrase).regex(form, phrase);
}
