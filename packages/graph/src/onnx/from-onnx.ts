import { fromBinary } from '@bufbuild/protobuf';
import type { Attribute, TensorAttribute } from '../attribute.js';
import { Graph, type Value } from '../graph.js';
import { operators } from '../operators/table.js';
import {
  arrayOf,
  type Dim,
  formatShape,
  sizeOf,
  type TensorData,
  type TensorType,
  typedArray,
} from '../tensor-type.js';
import { AttributeType } from './attribute-type.js';
import { typeFromOnnx } from './data-type.js';
import {
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './messages.js';
import { asCurrent } from './older-operators.js';

const oldest = 11;
const newest = 22;

/** What an `.onnx` file holds. */
export interface OnnxContents {
  readonly graph: Graph;
  /** Those of its constants that are initialisers, which is what exporters make of weights, rather than Constant nodes. */
  readonly initializers: readonly Value[];
}

/**
 * Reads the contents of an `.onnx` file (operator sets 11 to 22) and infers the types of all values. An operator that
 * is not known is kept if the file says what its outputs are.
 *
 * @throws RangeError naming what is damaged or not supported
 */
export function fromOnnx(bytes: Uint8Array): Graph {
  return readOnnx(bytes).graph;
}

/** {@link fromOnnx}, and which constants are initialisers. */
export function readOnnx(bytes: Uint8Array): OnnxContents {
  const proto = parse(bytes);
  const opset = opsetOf(proto);
  const source = proto.graph!;
  const graph = new Graph({
    name: source.name || 'graph',
    // What is added on the way does not take a name that comes later in the file.
    reserved: [...source.node.flatMap(({ output }) => output), ...source.output.map(({ name }) => name)],
  });
  const values = new Map<string, Value>();
  const returned = new Set(source.output.map(({ name }) => name));
  const constants = new Map(source.initializer.map((tensor) => [tensor.name, tensor]));
  for (const input of source.input)
    if (!constants.has(input.name)) values.set(input.name, graph.input(input.name, ...typeOf(input)));
  for (const [name, tensor] of constants)
    values.set(name, addConstant(graph, name, readTensor(tensor, 'initialiser', name), returned));
  const initializers = [...constants.keys()].map((name) => values.get(name)!);
  const stated = new Map([...source.valueInfo, ...source.output].map((info) => [info.name, info]));
  for (const node of source.node) addNode(graph, node, values, stated, returned, opset);
  for (const { name } of source.output) graph.output(name, known(values, name, 'the outputs of the graph'));
  return { graph, initializers };
}

function parse(bytes: Uint8Array): ModelProto {
  let proto: ModelProto;
  try {
    proto = fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    throw new RangeError(`this is not an ONNX file: ${(error as Error).message}`, { cause: error });
  }
  if (!proto.graph) throw new RangeError('this is not an ONNX file: it has no graph');
  const opset = opsetOf(proto);
  if (opset === 0) throw new RangeError('this is not an ONNX file: it does not say its operator set');
  if (opset < oldest || opset > newest)
    throw new RangeError(`operator set ${opset} is not supported; ${oldest} to ${newest} are`);
  checkNames(proto.graph);
  if (proto.graph.sparseInitializer.length) throw new RangeError('sparse initialisers are not supported');
  return proto;
}

/** Messages have names in them, and are one line: what makes lines is no name. */
function checkNames({ name, node, initializer, input, output, valueInfo }: GraphProto): void {
  const names = [
    name,
    ...node.flatMap((n) => [
      n.name,
      n.opType,
      n.domain,
      ...n.input,
      ...n.output,
      ...n.attribute.map((a) => a.name),
    ]),
    ...[...initializer, ...input, ...output, ...valueInfo].map((item) => item.name),
    ...[...input, ...output, ...valueInfo].flatMap(
      (info) => info.type?.tensorType?.shape?.dim.map(({ dimParam }) => dimParam) ?? [],
    ),
  ];
  const wrong = names.find((text) => /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text));
  if (wrong !== undefined)
    throw new RangeError(`the name ${JSON.stringify(wrong.slice(0, 100))} has control characters in it`);
}

function opsetOf(proto: ModelProto): number {
  return Number(proto.opsetImport.find(({ domain }) => isStandard(domain))?.version ?? 0);
}

/** Whether a domain is that of ONNX's own operators, which has two names. */
function isStandard(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}

function known(values: ReadonlyMap<string, Value>, name: string, user: string): Value {
  const value = values.get(name);
  if (!value) throw new RangeError(`"${name}", used by ${user}, does not exist`);
  return value;
}

function addNode(
  graph: Graph,
  proto: NodeProto,
  values: Map<string, Value>,
  stated: ReadonlyMap<string, ValueInfoProto>,
  returned: ReadonlySet<string>,
  opset: number,
): void {
  const { opType, name, domain, output } = proto;
  const where = `${opType} (node ${name || output[0]})`;
  if (!isStandard(domain)) throw new RangeError(`${where}: operators of domain ${domain} are not supported`);
  if (opType === 'Constant') {
    if (!output[0]) throw new RangeError(`${where}: the output has no name`);
    values.set(output[0], addConstant(graph, output[0], constantOf(proto.attribute[0], where), returned));
    return;
  }
  const inputs = proto.input.map((input) => (input === '' ? undefined : known(values, input, where)));
  const attributes = Object.fromEntries(
    proto.attribute.map((attribute) => [attribute.name, readAttribute(attribute, where)]),
  );
  const current = asCurrent(graph, { op: opType, inputs, attributes, outputs: output.length }, opset);
  const isKnown = Object.hasOwn(operators, opType);
  const node = graph.add(current.op, current.inputs, current.attributes, {
    name,
    outputNames: output.slice(0, current.outputs),
    ...(!isKnown && { outputTypes: output.map((value) => statedType(stated.get(value), where)) }),
  });
  for (const value of node.outputs) values.set(value.name, value);
}

/** The value of a Constant node, given as a tensor, a number or a list of numbers. */
function constantOf(proto: AttributeProto | undefined, where: string): TensorAttribute {
  const given = proto && readAttribute(proto, where);
  switch (given?.kind) {
    case 'tensor':
      return given.value;
    case 'int':
    case 'float': {
      const dtype = given.kind === 'int' ? 'int64' : 'float32';
      return { dtype, shape: [], data: typedArray([given.value], dtype) };
    }
    case 'ints':
    case 'floats': {
      const dtype = given.kind === 'ints' ? 'int64' : 'float32';
      return { dtype, shape: [given.value.length], data: typedArray(given.value, dtype) };
    }
    default:
      throw new RangeError(`${where}: only constants of numbers are supported`);
  }
}

function statedType(info: ValueInfoProto | undefined, where: string): TensorType {
  if (!info)
    throw new RangeError(`${where}: the operator is not known, and the file does not say what it returns`);
  const [shape, dtype] = typeOf(info);
  return { shape, dtype };
}

function typeOf(info: ValueInfoProto): [Dim[], TensorType['dtype']] {
  const tensor = info.type?.tensorType;
  if (!tensor) throw new RangeError(`"${info.name}" is not a tensor`);
  if (!tensor.shape) throw new RangeError(`"${info.name}": the file does not say how many dimensions it has`);
  const dims = tensor.shape.dim.map((dim, i): Dim => {
    if (dim.dimParam) return dim.dimParam;
    return dim.dimValue > 0n ? Number(dim.dimValue) : `${info.name}.${i}`;
  });
  return [dims, typeFromOnnx(tensor.elemType)];
}

function readAttribute(proto: AttributeProto, where: string): Attribute {
  switch (proto.type) {
    case AttributeType.int:
      return { kind: 'int', value: safeInteger(proto.i, proto.name, where) };
    case AttributeType.float:
      return { kind: 'float', value: proto.f };
    case AttributeType.string:
      return { kind: 'string', value: new TextDecoder().decode(proto.s) };
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
    throw new RangeError(`${where}: attribute "${attribute}" is ${value}, too large a number`);
  return number;
}

/** A constant that is an output of the graph gets another name, since the output has this one. */
function addConstant(
  graph: Graph,
  name: string,
  { data, ...type }: TensorAttribute,
  returned: ReadonlySet<string>,
): Value {
  return graph.constant(data, returned.has(name) ? type : { ...type, name });
}

function readTensor(tensor: TensorProto, kind: string, name: string): TensorAttribute {
  const what = `${kind} "${name}"`;
  if (tensor.externalData.length || tensor.dataLocation)
    throw new RangeError(`${what} lies in another file, which is not supported`);
  const dtype = typeFromOnnx(tensor.dataType);
  const shape = tensor.dims.map(Number);
  const data = elements(tensor, what);
  if (shape.some((dim) => dim < 0) || data.length !== sizeOf(shape))
    throw new RangeError(`${what}: ${data.length} elements do not fill ${formatShape(shape)}`);
  return { dtype, shape, data };
}

function elements(tensor: TensorProto, what: string): TensorData {
  const array = arrayOf(typeFromOnnx(tensor.dataType));
  if (tensor.rawData.length) {
    if (tensor.rawData.length % array.BYTES_PER_ELEMENT)
      throw new RangeError(`${what}: ${tensor.rawData.length} bytes are not whole elements`);
    // Not `slice()`, which for Node's Buffer is a view of the whole file.
    return new array(Uint8Array.from(tensor.rawData).buffer);
  }
  if (array === BigInt64Array) return BigInt64Array.from(tensor.int64Data);
  const { floatData, doubleData, int32Data } = tensor;
  const numbers = floatData.length ? floatData : doubleData.length ? doubleData : int32Data;
  return (array as Exclude<typeof array, BigInt64ArrayConstructor>).from(numbers);
}
