/** Element types, by the names ONNX Runtime's JavaScript libraries use. */
export const dtypes = ['float32', 'uint8', 'int8', 'int32', 'int64', 'bool', 'float64'] as const;
export type DType = (typeof dtypes)[number];

/** A number, or the name of a dimension that is known only when the graph runs, such as the batch size `n`. */
export type Dim = number | string;
export type Shape = readonly Dim[];

export type TensorData = Float32Array | Float64Array | Uint8Array | Int8Array | Int32Array | BigInt64Array;

export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** A shape as text: `[n, 3, 32, 32]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** A type as text: `float32 [n, 10]`. */
export function formatType({ dtype, shape }: TensorType): string {
  return `${dtype} ${formatShape(shape)}`;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

/** Whether two shapes can be equal when the graph runs: a name can stand for any number, but not for another name. */
export function mayBeSame(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i] || typeof dim !== typeof b[i]);
}

/** Number of elements, or `undefined` if a dimension is symbolic. */
export function sizeOf(shape: readonly number[]): number;
export function sizeOf(shape: Shape): number | undefined;
export function sizeOf(shape: Shape): number | undefined {
  let size = 1;
  for (const dim of shape) {
    if (typeof dim === 'string') return undefined;
    size *= dim;
  }
  return size;
}

/** @throws RangeError if a dimension is negative or not an integer, or the number of elements is not a safe integer */
export function checkShape(shape: Shape): void {
  const fixed = shape.filter((dim) => typeof dim === 'number');
  const isShape = fixed.every((dim) => Number.isSafeInteger(dim) && dim >= 0);
  if (!isShape || !Number.isSafeInteger(sizeOf(fixed)))
    throw new RangeError(`${formatShape(shape)} is not a valid shape`);
}

/** `axis` counted from the front, where a negative one counts from the back. @throws RangeError if it is out of range */
export function normalizeAxis(axis: number, rank: number): number {
  const normalized = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || normalized < 0 || normalized >= rank)
    throw new RangeError(`axis ${axis} is out of range for a tensor with ${rank} dimensions`);
  return normalized;
}

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  uint8: Uint8Array,
  bool: Uint8Array,
  int8: Int8Array,
  int32: Int32Array,
  int64: BigInt64Array,
} as const;

/** The class of typed array that holds elements of a type. */
export function arrayOf(dtype: DType): (typeof arrays)[DType] {
  return arrays[dtype];
}

/**
 * Converts numbers to elements of a type.
 * @throws RangeError for a number that an integer type cannot hold
 */
export function typedArray(values: readonly number[], dtype: DType): TensorData {
  const array = arrayOf(dtype);
  const elements =
    array === BigInt64Array
      ? BigInt64Array.from(values, (value) => BigInt(Math.trunc(value) || 0))
      : (array as Exclude<typeof array, BigInt64ArrayConstructor>).from(values);
  if (dtype.startsWith('float')) return elements;
  const lost = values.find((value, i) => value !== Number(elements[i]));
  if (lost !== undefined) throw new RangeError(`${lost} does not fit type ${dtype}`);
  return elements;
}

/** The element type of a typed array. */
export function dtypeOf(data: TensorData): DType {
  return dtypes.find((dtype) => dtype !== 'bool' && data instanceof arrays[dtype])!;
}
