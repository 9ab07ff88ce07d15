/** Throws a `RangeError` unless `value` is a whole number of at least `least`. */
export function requireWhole(name: string, value: number, least = 1): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new RangeError(`${name} is ${value}, not a whole number >= ${least}`);
}

/** Throws a `RangeError` unless `value` is a finite number above 0. */
export function requirePositive(name: string, value: number): void {
  if (!(Number.isFinite(value) && value > 0)) throw new RangeError(`${name} is ${value}, not a number > 0`);
}

/** Throws a `RangeError` unless `values` has `length` elements. */
export function requireLength(name: string, values: ArrayLike<unknown>, length: number): void {
  if (values.length !== length) throw new RangeError(`${name} has ${values.length} elements, not ${length}`);
}

/** Throws a `RangeError` naming the first element that is NaN or infinite. */
export function requireFinite(name: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(values[i]))
      throw new RangeError(`${name} is ${values[i]} at index ${i}, not a finite number`);
}
