import { OptimizerSpecError } from './optimizer-spec-error.js';

/** Throws an {@link OptimizerSpecError} naming `field` unless `value` may stand there. */
export type Check = (value: unknown, field: string) => void;

export type Checks = Readonly<Record<string, Check>>;

/** A set of numbers and how to say it. */
export interface Interval {
  readonly contains: (value: number) => boolean;
  readonly text: string;
}

export const nonNegative: Interval = {
  contains: (value) => value >= 0 && value < Infinity,
  text: 'a number >= 0',
};
export const finite: Interval = {
  contains: Number.isFinite,
  text: 'a finite number',
};
export const positive: Interval = {
  contains: (value) => value > 0 && value < Infinity,
  text: 'a number > 0',
};
export const belowOne: Interval = {
  contains: (value) => value >= 0 && value < 1,
  text: 'a number in [0, 1)',
};

export function numberIn(interval: Interval): Check {
  return (value, field) => {
    if (typeof value !== 'number' || !interval.contains(value)) {
      throw new OptimizerSpecError(field, value, interval.text);
    }
  };
}

export function oneOf(names: readonly string[]): Check {
  return (value, field) => {
    if (typeof value !== 'string' || !names.includes(value)) {
      throw new OptimizerSpecError(field, value, names);
    }
  };
}

export function optional(check: Check): Check {
  return (value, field) => {
    if (value !== undefined) check(value, field);
  };
}

export const text: Check = (value, field) => {
  if (typeof value !== 'string') throw new OptimizerSpecError(field, value, 'a text');
};

export const flag: Check = (value, field) => {
  if (typeof value !== 'boolean') throw new OptimizerSpecError(field, value, 'true or false');
};

/** One text, or a list of them. */
export const textOrTexts: Check = (value, field) => {
  if (Array.isArray(value)) listOf(text)(value, field);
  else if (typeof value !== 'string') throw new OptimizerSpecError(field, value, 'a text or a list of texts');
};

/** A list with at least one item. */
export function listOf(item: Check): Check {
  return (value, field) => {
    if (!Array.isArray(value) || value.length === 0) {
      throw new OptimizerSpecError(field, value, 'a list with at least one item');
    }
    // As an iterator, which does not leave out holes.
    for (const [index, entry] of value.entries()) item(entry, `${field}[${index}]`);
  };
}

/** An object with these fields and no others. */
export function objectWith(checks: Checks): Check {
  return (value, field) => {
    const names = Object.keys(checks);
    if (!isRecord(value)) throw new OptimizerSpecError(field, value, `an object with ${names.join(', ')}`);
    for (const name of Object.keys(value)) {
      if (!Object.hasOwn(checks, name)) throw new OptimizerSpecError(join(field, name), name, names);
    }
    for (const name of names) checks[name]?.(value[name], join(field, name));
  };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function join(field: string, name: string): string {
  return field === '' ? name : `${field}.${name}`;
}
