import type { Annotation } from '../graph/annotation.js';
import type { Attribute, Attributes } from '../graph/attribute.js';
import type { Node, Value } from '../graph/graph.js';
import type { NodeProto } from './messages.js';

/** Key of the metadata that a node's annotations are written under, followed by the index of the output. */
const keyPrefix = 'spectrain.annotation.';

/** Writes the annotations of a node's outputs as its metadata: operation, names of inputs, and attributes, as JSON. */
export function annotationMetadata({ outputs }: Node, nameOf: (value: Value) => string) {
  return outputs.flatMap(({ annotation }, i) => {
    if (!annotation) return [];
    const { op, inputs, attributes } = annotation;
    const value = JSON.stringify({ op, inputs: inputs.map(nameOf), attributes });
    return [{ key: `${keyPrefix}${i}`, value }];
  });
}

/** Annotates the outputs of a node as its metadata says. A damaged annotation is ignored: it only saves time. */
export function readAnnotations(
  { metadataProps }: NodeProto,
  { outputs }: Node,
  values: ReadonlyMap<string, Value>,
): void {
  for (const { key, value } of metadataProps) {
    const output = key.startsWith(keyPrefix) ? outputs[Number(key.slice(keyPrefix.length))] : undefined;
    const annotation = output && parseAnnotation(value, values);
    if (annotation) output.graph.annotate(output, annotation);
  }
}

function parseAnnotation(text: string, values: ReadonlyMap<string, Value>): Annotation | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { op, inputs, attributes } = (parsed ?? {}) as Record<string, unknown>;
  if (typeof op !== 'string' || !Array.isArray(inputs) || !isAttributes(attributes)) return undefined;
  const found = inputs.map((name) => values.get(name as string));
  return found.every((input) => input !== undefined) ? { op, inputs: found, attributes } : undefined;
}

/** Whether all attributes are integers or lists of integers, the only ones of annotations. */
function isAttributes(attributes: unknown): attributes is Attributes {
  return (
    typeof attributes === 'object' && attributes !== null && Object.values(attributes).every(isAttribute)
  );
}

function isAttribute(attribute: Partial<Attribute> | null): boolean {
  const { kind, value } = attribute ?? {};
  if (kind === 'int') return Number.isSafeInteger(value);
  return kind === 'ints' && Array.isArray(value) && value.every((item) => Number.isSafeInteger(item));
}
