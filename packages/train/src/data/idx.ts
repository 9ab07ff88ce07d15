import { DataError } from './data-error.js';

/**
 * Reads an IDX file of unsigned bytes, the format of MNIST: two zero bytes, the type (8), the number of dimensions, each
 * dimension as a big-endian 32-bit number, then the values.
 * Format: http://yann.lecun.com/exdb/mnist/
 * @param name what the file is called in messages; @param shape the dimensions it must have
 * @returns the values, a view of `bytes`
 * @throws DataError for another type, other dimensions or another number of values
 */
export function parseIdx(bytes: Uint8Array, name: string, shape: readonly number[]): Uint8Array {
  const header = 4 + 4 * shape.length;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = 0x0800 + shape.length;
  if (bytes.length < header || view.getUint32(0) !== magic)
    throw new DataError(`${name}: not an IDX file of bytes in ${shape.length} dimensions.`);
  const found = shape.map((_, i) => view.getUint32(4 + 4 * i));
  if (found.some((dimension, i) => dimension !== shape[i]))
    throw new DataError(`${name}: found shape [${found.join(', ')}], expected [${shape.join(', ')}].`);
  const values = bytes.subarray(header);
  const expected = shape.reduce((a, b) => a * b, 1);
  if (values.length !== expected)
    throw new DataError(`${name}: found ${values.length} values, expected ${expected}.`);
  return values;
}
