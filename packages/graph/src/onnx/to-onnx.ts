import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import type { Attribute, TensorAttribute } from '../graph/attribute.js';
import type { Graph, Value } from '../graph/graph.js';
import type { TensorType } from '../graph/tensor-type.js';
import { uniqueName } from '../graph/unique-name.js';
import { operators } from '../operators/table.js';
import { annotationMetadata } from './annotation-metadata.js';
import { AttributeType } from './attribute-type.js';
import { onnxTypeOf } from './data-type.js';
import { ModelProtoSchema } from './messages.js';

/** The operator set that graphs are written in, unless one of their operators is newer. */
const oldestOpset = 18;

type GraphInit = NonNullable<MessageInitShape<typeof ModelProtoSchema>['graph']>;

/**
 * Writes a graph as the contents of an `.onnx` file.
 * @throws RangeError if it has no output
 */
export function toOnnx(graph: Graph): Uint8Array {
  if (graph.outputs.length === 0)
    throw new RangeError(`graph "${graph.name}" has no output, so there is nothing to run`);
  const names = outputNames(graph);
  const nameOf = (value: Value | undefined) => (value ? (names.get(value) ?? value.name) : '');
  // An output that is an input, a constant, or already another output, gets an Identity node.
  const copies = graph.outputs.filter(({ name, value }) => names.get(value) !== name);
  const used = new Set([...graph.nodes.flatMap(({ inputs }) => inputs), ...names.keys()]);
  const nodeNames = new Set(graph.nodes.map((node) => node.name));
  const nodes = graph.nodes.map((node) => ({
    ...operatorFields(node.op),
    name: node.name,
    input: node.inputs.map(nameOf),
    output: written(node.op, node.outputs, used).map(nameOf),
    attribute: Object.entries(node.attributes).map(([key, attribute]) => ({
      name: key,
      ...attributeFields(attribute),
    })),
    metadataProps: annotationMetadata(node, nameOf),
  }));
  const init: GraphInit = {
    name: graph.name,
    node: [
      ...nodes,
      ...copies.map(({ name, value }) => ({
        opType: 'Identity',
        name: uniqueName(name, nodeNames),
        input: [nameOf(value)],
        output: [name],
      })),
    ],
    initializer: graph.constants.map(({ name, dtype, shape, data }) => ({
      name,
      ...tensorFields({ dtype, shape: shape as readonly number[], data: data! }),
    })),
    input: graph.inputs.map((input) => valueInfo(input.name, input)),
    output: graph.outputs.map(({ name, value }) => valueInfo(name, value)),
    // The types that a reader cannot infer.
    valueInfo: graph.nodes
      .filter(({ op }) => !Object.hasOwn(operators, op))
      .flatMap(({ outputs }) => outputs.filter((value) => !names.has(value)))
      .map((value) => valueInfo(value.name, value)),
  } as GraphInit;
  const opset = opsetOf(graph);
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: BigInt(irVersionOf(graph, opset)),
      producerName: 'spectrain',
      opsetImport: [
        { domain: '', version: BigInt(opset) },
        ...domainsOf(graph).map((domain) => ({ domain, version: 1n })),
      ],
      graph: init,
    }),
  );
}

/** Splits `domain.Operator`; standard operators have no domain. */
function operatorFields(op: string): { domain: string; opType: string } {
  const end = op.lastIndexOf('.');
  return { domain: op.slice(0, Math.max(end, 0)), opType: op.slice(end + 1) };
}

function domainsOf({ nodes }: Graph): string[] {
  return [...new Set(nodes.map(({ op }) => operatorFields(op).domain))].filter((domain) => domain !== '');
}

function opsetOf({ nodes }: Graph): number {
  const known = nodes.filter(({ op }) => Object.hasOwn(operators, op));
  return Math.max(oldestOpset, ...known.map((node) => operators[node.op]!.opset?.(node) ?? oldestOpset));
}

/** The version of the file format that introduced an operator set, or the metadata of nodes if there are annotations. */
function irVersionOf({ nodes }: Graph, opset: number): number {
  const isAnnotated = nodes.some(({ outputs }) => outputs.some(({ annotation }) => annotation));
  return opset > 20 || isAnnotated ? 10 : opset > 18 ? 9 : 8;
}

/** The values of nodes that are outputs, with the name of the output. */
function outputNames(graph: Graph): Map<Value, string> {
  const names = new Map<Value, string>();
  for (const { name, value } of graph.outputs)
    if (value.producer && !names.has(value)) names.set(value, name);
  return names;
}

/** The outputs of a node, without optional ones at the end that are not used. */
function written(
  op: string,
  outputs: readonly Value[],
  used: ReadonlySet<Value | undefined>,
): readonly Value[] {
  const optional = Object.hasOwn(operators, op) && operators[op]!.outputs !== undefined;
  return optional
    ? outputs.slice(
        0,
        1 +
          Math.max(
            0,
            outputs.findLastIndex((value) => used.has(value)),
          ),
      )
    : outputs;
}

function attributeFields(attribute: Attribute) {
  switch (attribute.kind) {
    case 'int':
      return { type: AttributeType.int, i: BigInt(attribute.value) };
    case 'float':
      return { type: AttributeType.float, f: attribute.value };
    case 'string':
      return { type: AttributeType.string, s: new TextEncoder().encode(attribute.value) };
    case 'ints':
      return { type: AttributeType.ints, ints: attribute.value.map(BigInt) };
    case 'floats':
      return { type: AttributeType.floats, floats: [...attribute.value] };
    case 'tensor':
      return { type: AttributeType.tensor, t: tensorFields(attribute.value) };
  }
}

function tensorFields({ dtype, shape, data }: TensorAttribute) {
  return {
    dataType: onnxTypeOf(dtype),
    dims: shape.map(BigInt),
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
}

function valueInfo(name: string, { dtype, shape }: TensorType) {
  const dim = shape.map((d) => (typeof d === 'number' ? { dimValue: BigInt(d) } : { dimParam: d }));
  return { name, type: { tensorType: { elemType: onnxTypeOf(dtype), shape: { dim } } } };
}
