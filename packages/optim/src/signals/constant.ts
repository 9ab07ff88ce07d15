import type { Check, Checks } from '../checks.js';

/** The same value at every step; a plain number says the same. */
export interface Constant {
  readonly kind: 'constant';
  readonly value: number;
  readonly note?: string;
}

export const constantFields = (level: Check): Checks => ({ value: level });

export function constantAt({ value }: Constant): number {
  return value;
}
