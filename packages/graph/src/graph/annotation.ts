import type { Attributes } from './attribute.js';
import type { Value } from './graph.js';

/**
 * The operation that several nodes compute together and a value is the result of. ONNX has no operator for it; a pass that
 * has a faster form can use that in place of the nodes.
 */
export interface Annotation {
  readonly op: string;
  /** Values of the same graph, each before the annotated one. */
  readonly inputs: readonly Value[];
  readonly attributes: Attributes;
}
