import type { DType } from '../tensor-type.js';

/** Numbers of TensorProto.DataType. */
const numbers: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
};

export function onnxTypeOf(dtype: DType): number {
  return numbers[dtype];
}

/** @throws RangeError for an element type that this package does not handle */
export function typeFromOnnx(number: number): DType {
  for (const [dtype, value] of Object.entries(numbers)) if (value === number) return dtype as DType;
  throw new RangeError(
    `element type ${number} of ONNX is not supported; ${Object.keys(numbers).join(', ')} are`,
  );
}
