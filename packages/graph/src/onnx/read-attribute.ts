import type { Attribute, TensorAttribute } from '../graph/attribute.js';
import { arrayOf, type DType, formatShape, sizeOf, type TensorData } from '../graph/tensor-type.js';
import { AttributeType } from './attribute-type.js';
import { typeFromOnnx } from './data-type.js';
import type { AttributeProto, TensorProto } from './messages.js';
import { checkNames } from './parse-model.js';

/** Reads an attribute of a node. @param where the node, for messages; @throws RangeError if it is damaged or not supported */
export function readAttribute(proto: AttributeProto, where: string): Attribute {
  switch (proto.type) {
    case AttributeType.int:
      return { kind: 'int', value: safeInteger(proto.i, proto.name, where) };
    case AttributeType.float:
      return { kind: 'float', value: proto.f };
    case AttributeType.string:
      return { kind: 'string', value: textOf(proto) };
    case AttributeType.ints:
      return { kind: 'ints', value: proto.ints.map((value) => safeInteger(value, proto.name, where)) };
    case AttributeType.floats:
      return { kind: 'floats', value: proto.floats };
    case AttributeType.tensor:
      if (proto.t) return { kind: 'tensor', value: readTensor(proto.t, `${where}: attribute`, proto.name) };
      throw new RangeError(`${where}: attribute "${proto.name}" has no value`);
    default:
      throw new RangeError(
        `${where}: attribute "${proto.name}" has type ${proto.type}, which is not supported`,
      );
  }
}

function safeInteger(value: bigint, attribute: string, where: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number))
    throw new RangeError(`${where}: attribute "${attribute}" is ${value}, which is too large`);
  return number;
}

function textOf({ s }: AttributeProto): string {
  const text = new TextDecoder().decode(s);
  checkNames([text]);
  return text;
}

/** Reads a tensor. @param kind what it is, for messages; @throws RangeError if it is damaged or not supported */
export function readTensor(tensor: TensorProto, kind: string, name: string): TensorAttribute {
  const what = `${kind} "${name}"`;
  if (tensor.externalData.length || tensor.dataLocation)
    throw new RangeError(
      `${what} is stored in another file, which is not supported; save the model as one file`,
    );
  const dtype = typeOf(tensor, what);
  const shape = tensor.dims.map(Number);
  const data = elements(tensor, dtype, what);
  if (shape.some((dim) => dim < 0) || data.length !== sizeOf(shape))
    throw new RangeError(`${what}: ${data.length} elements do not fill ${formatShape(shape)}`);
  return { dtype, shape, data };
}

function typeOf({ dataType }: TensorProto, what: string): DType {
  try {
    return typeFromOnnx(dataType);
  } catch (error) {
    throw new RangeError(`${what}: ${(error as RangeError).message}`);
  }
}

function elements(tensor: TensorProto, dtype: DType, what: string): TensorData {
  const array = arrayOf(dtype);
  if (tensor.rawData.length) {
    if (tensor.rawData.length % array.BYTES_PER_ELEMENT)
      throw new RangeError(`${what}: ${tensor.rawData.length} bytes are no whole number of elements`);
    // Copied: `slice()` of Node's Buffer would be a view of the whole file.
    return new array(Uint8Array.from(tensor.rawData).buffer);
  }
  if (array === BigInt64Array) return BigInt64Array.from(tensor.int64Data);
  const { floatData, doubleData, int32Data } = tensor;
  const numbers = floatData.length ? floatData : doubleData.length ? doubleData : int32Data;
  return (array as Exclude<typeof array, BigInt64ArrayConstructor>).from(numbers);
}
