import { DataError } from './data-error.js';

type NumericArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;
/** Numbers, nested as deeply as one likes. */
export type NestedNumbers = NumericArray | readonly (number | NestedNumbers)[];

/**
 * Examples as one row of numbers: given flat, or one array an example, or nested like the shape. Bytes and 32-bit floats that
 * are flat are not copied.
 * @param what they are, in messages; @param count of examples, where it is known
 * @throws DataError naming what does not fit the shape, or is not finite
 */
export function readNumbers(
  what: string,
  nested: NestedNumbers,
  shape: readonly number[],
  count = nested.length,
): Uint8Array | Float32Array {
  const size = shape.reduce((a, b) => a * b, 1);
  const isOneEach = nested.length === count && typeof nested[0] === 'object';
  if (isOneEach)
    for (let i = 0; i < nested.length; i++) {
      const found = countNumbers(nested[i]!);
      if (found !== size)
        throw new DataError(
          `${what}: example ${i} has ${found} values; shape [${shape.join(', ')}] needs ${size}.`,
        );
    }
  const values = nested instanceof Uint8Array || nested instanceof Float32Array ? nested : flatten(nested);
  const odd = values.findIndex((value: number) => !Number.isFinite(value));
  if (odd >= 0)
    throw new DataError(
      `${what}: example ${Math.floor(odd / size)} holds ${values[odd]}, which is not finite.`,
    );
  return values;
}

function countNumbers(value: number | NestedNumbers): number {
  if (typeof value === 'number') return 1;
  let count = 0;
  for (const inner of value) count += countNumbers(inner);
  return count;
}

function flatten(nested: NestedNumbers): Float32Array {
  const values = new Float32Array(countNumbers(nested));
  let next = 0;
  const visit = (value: number | NestedNumbers) => {
    if (typeof value === 'number') values[next++] = value;
    else for (const inner of value) visit(inner);
  };
  visit(nested);
  return values;
}
