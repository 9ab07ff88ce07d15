import { fromBinary } from '@bufbuild/protobuf';
import { type GraphProto, type ModelProto, ModelProtoSchema } from './messages.js';

const oldest = 11;
const newest = 22;

/** An `.onnx` file before its graph is read. */
export interface ParsedModel {
  readonly source: GraphProto;
  /** The operator set of its nodes. */
  readonly opset: number;
}

/** @throws RangeError for bytes that are not an ONNX file, or one of an operator set that is not supported */
export function parseModel(bytes: Uint8Array): ParsedModel {
  let proto: ModelProto;
  try {
    proto = fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    throw new RangeError(`this is not an ONNX file: ${(error as Error).message}`, { cause: error });
  }
  if (!proto.graph) throw new RangeError('this is not an ONNX file: it has no graph');
  const opset = opsetOf(proto);
  if (opset === 0) throw new RangeError('this is not an ONNX file: it does not state its operator set');
  if (opset < oldest || opset > newest)
    throw new RangeError(`operator set ${opset} is not supported; ${oldest} to ${newest} are`);
  checkNames(namesIn(proto.graph));
  if (proto.graph.sparseInitializer.length) throw new RangeError('sparse initialisers are not supported');
  return { source: proto.graph, opset };
}

/** Names appear in messages, which are one line. @throws RangeError for a name that would break the line */
export function checkNames(names: readonly string[]): void {
  const wrong = names.find((text) => /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text));
  if (wrong !== undefined)
    throw new RangeError(`the name ${JSON.stringify(wrong.slice(0, 100))} contains control characters`);
}

function namesIn({ name, node, initializer, input, output, valueInfo }: GraphProto): string[] {
  return [
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
}

function opsetOf(proto: ModelProto): number {
  return Number(proto.opsetImport.find(({ domain }) => isStandard(domain))?.version ?? 0);
}

/** Whether a domain is that of the standard operators, which has two names. */
export function isStandard(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}
