import { expect } from 'vitest';

/** Returns the message of the RangeError that a call must throw. */
export function errorOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return (error as Error).message;
  }
  throw new Error('there was no error');
}
