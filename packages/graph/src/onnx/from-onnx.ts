import type { TensorAttribute } from '../graph/attribute.js';
import { Graph, type Value } from '../graph/graph.js';
import { type Dim, type TensorType, typedArray } from '../graph/tensor-type.js';
import { operators } from '../operators/table.js';
import { readAnnotations } from './annotation-metadata.js';
import { typeFromOnnx } from './data-type.js';
import type { AttributeProto, NodeProto, ValueInfoProto } from './messages.js';
import { asCurrent } from './older-operators.js';
import { isStandard, parseModel } from './parse-model.js';
import { readAttribute, readTensor } from './read-attribute.js';

/** The contents of an `.onnx` file. */
export interface OnnxContents {
  readonly graph: Graph;
  /** The constants that are initialisers, as exporters write weights, rather than Constant nodes. */
  readonly initializers: readonly Value[];
}

/**
 * Reads an `.onnx` file (operator sets 11 to 22) and infers the types of all values. An unknown operator is kept if the file
 * states the types of its outputs.
 *
 * @throws RangeError naming what is damaged or not supported
 */
export function fromOnnx(bytes: Uint8Array): Graph {
  return readOnnx(bytes).graph;
}

/** Reads a file like {@link fromOnnx}, and returns which constants are initialisers. */
export function readOnnx(bytes: Uint8Array): OnnxContents {
  const { source, opset } = parseModel(bytes);
  const graph = new Graph({
    name: source.name || 'graph',
    // Values that the reader adds must not take a name that comes later in the file.
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
  const makers = new Map(source.node.flatMap((node) => node.output.map((name) => [name, node])));
  const reading: Reading = { graph, values, stated, returned, makers, opset };
  for (const node of source.node) addNode(node, reading);
  for (const { name } of source.output) graph.output(name, known(name, 'the outputs of the graph', reading));
  return { graph, initializers };
}

/** The state of reading a file. */
interface Reading {
  readonly graph: Graph;
  /** Values read so far, by name. */
  readonly values: Map<string, Value>;
  /** Types that the file states, by name of value. */
  readonly stated: ReadonlyMap<string, ValueInfoProto>;
  /** Names of the outputs of the graph. */
  readonly returned: ReadonlySet<string>;
  /** The node that computes a value, by name of value. */
  readonly makers: ReadonlyMap<string, NodeProto>;
  readonly opset: number;
}

function known(name: string, user: string, { values, makers }: Reading): Value {
  const value = values.get(name);
  if (value) return value;
  const maker = makers.get(name);
  throw new RangeError(
    maker
      ? `"${name}", used by ${user}, comes from ${describe(maker)}, which does not precede it: nodes must be in order, without a cycle`
      : `"${name}", used by ${user}, does not exist`,
  );
}

function describe({ opType, name, output }: NodeProto): string {
  return `${opType} (node ${name || output[0]})`;
}

function addNode(proto: NodeProto, reading: Reading): void {
  const { graph, values, stated, returned, opset } = reading;
  const { opType, name, domain, output } = proto;
  const where = describe(proto);
  if (!isStandard(domain)) throw new RangeError(`${where}: operators of domain ${domain} are not supported`);
  if (opType === 'Constant') {
    if (!output[0]) throw new RangeError(`${where}: the output has no name`);
    values.set(output[0], addConstant(graph, output[0], constantOf(proto.attribute[0], where), returned));
    return;
  }
  const inputs = proto.input.map((input) => (input === '' ? undefined : known(input, where, reading)));
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
  readAnnotations(proto, node, values);
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
    throw new RangeError(
      `${where}: the operator is not known, and the file does not state the types of its outputs`,
    );
  const [shape, dtype] = typeOf(info);
  return { shape, dtype };
}

function typeOf(info: ValueInfoProto): [Dim[], TensorType['dtype']] {
  const tensor = info.type?.tensorType;
  if (!tensor) throw new RangeError(`"${info.name}" is not a tensor`);
  if (!tensor.shape) throw new RangeError(`"${info.name}": the file does not state its number of dimensions`);
  const dims = tensor.shape.dim.map((dim, i): Dim => {
    if (dim.dimParam) return dim.dimParam;
    return dim.dimValue > 0n ? Number(dim.dimValue) : `${info.name}.${i}`;
  });
  return [dims, typeFromOnnx(tensor.elemType)];
}

/** Adds a constant. One that is an output of the graph gets another name, since the output has this one. */
function addConstant(
  graph: Graph,
  name: string,
  { data, ...type }: TensorAttribute,
  returned: ReadonlySet<string>,
): Value {
  return graph.constant(data, returned.has(name) ? type : { ...type, name });
}
