import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import type { Attribute } from '../attribute.js';
import type { Graph, Value } from '../graph.js';
import { operators } from '../operators/table.js';
import type { TensorType } from '../tensor-type.js';
import { uniqueName } from '../unique-name.js';
import { AttributeType } from './attribute-type.js';
import { onnxTypeOf } from './data-type.js';
import { ModelProtoSchema } from './messages.js';

/** Operator set that graphs are built and written in, and the IR version that goes with it. */
export const opset = 18;
const irVersion = 8;

type GraphInit = NonNullable<MessageInitShape<typeof ModelProtoSchema>['graph']>;

/**
 * The graph as the contents of an `.onnx` file.
 * @throws RangeError when it has no output
 */
export function toOnnx(graph: Graph): Uint8Array {
  if (graph.outputs.length === 0)
    throw new RangeError(`graph "${graph.name}" has no output, so there is nothing to run`);
  const names = outputNames(graph);
  const nameOf = (value: Value | undefined) => (value ? (names.get(value) ?? value.name) : '');
  // An output that is an input, a constant, or an output already, gets a node of its own.
  const copies = graph.outputs.filter(({ name, value }) => names.get(value) !== name);
  const nodeNames = new Set(graph.nodes.map((node) => node.name));
  const nodes = graph.nodes.map(({ op, name, inputs, outputs, attributes }) => ({
    ...operatorFields(op),
    name,
    input: inputs.map(nameOf),
    output: outputs.map(nameOf),
    attribute: Object.entries(attributes).map(([key, attribute]) => ({
      name: key,
      ...attributeFields(attribute),
    })),
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
      dataType: onnxTypeOf(dtype),
      dims: shape.map((dim) => BigInt(dim)),
      rawData: new Uint8Array(data!.buffer, data!.byteOffset, data!.byteLength),
    })),
    input: graph.inputs.map((input) => valueInfo(input.name, input)),
    output: graph.outputs.map(({ name, value }) => valueInfo(name, value)),
    // What a reader cannot infer.
    valueInfo: graph.nodes
      .filter(({ op }) => !Object.hasOwn(operators, op))
      .flatMap(({ outputs }) => outputs.filter((value) => !names.has(value)))
      .map((value) => valueInfo(value.name, value)),
  } as GraphInit;
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: BigInt(irVersion),
      producerName: 'spectrain',
      opsetImport: [
        { domain: '', version: BigInt(opset) },
        ...domainsOf(graph).map((domain) => ({ domain, version: 1n })),
      ],
      graph: init,
    }),
  );
}

/** `domain.Operator`; the operators of ONNX itself have no domain. */
function operatorFields(op: string): { domain: string; opType: string } {
  const end = op.lastIndexOf('.');
  return { domain: op.slice(0, Math.max(end, 0)), opType: op.slice(end + 1) };
}

function domainsOf({ nodes }: Graph): string[] {
  return [...new Set(nodes.map(({ op }) => operatorFields(op).domain))].filter((domain) => domain !== '');
}

/** Values that nodes make carry the name of the output they become. */
function outputNames(graph: Graph): Map<Value, string> {
  const names = new Map<Value, string>();
  for (const { name, value } of graph.outputs)
    if (value.producer && !names.has(value)) names.set(value, name);
  return names;
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
  }
}

function valueInfo(name: string, { dtype, shape }: TensorType) {
  const dim = shape.map((d) => (typeof d === 'number' ? { dimValue: BigInt(d) } : { dimParam: d }));
  return { name, type: { tensorType: { elemType: onnxTypeOf(dtype), shape: { dim } } } };
}
