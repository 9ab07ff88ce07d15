import type { DType } from '../graph/tensor-type.js';

/** Values of TensorProto.DataType. */
const numbers: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
};

/** Types that this package does not support, for messages. */
const others: Readonly<Record<number, string>> = {
  4: 'uint16',
  5: 'int16',
  8: 'string',
  10: 'float16',
  12: 'uint32',
  13: 'uint64',
  14: 'complex64',
  15: 'complex128',
  16: 'bfloat16',
};

export function onnxTypeOf(dtype: DType): number {
  return numbers[dtype];
}

/** @throws RangeError for an element type that this package does not support */
export function typeFromOnnx(number: number): DType {
  for (const [dtype, value] of Object.entries(numbers)) if (value === number) return dtype as DType;
  throw new RangeError(
    `element type ${others[number] ?? number} of ONNX is not supported; ${Object.keys(numbers).join(', ')} are`,
  );
}
