import type { Attributes } from './attribute.js';
import type { Value } from './graph.js';

/**
 * An operation without an ONNX operator, which several nodes compute together; the annotated value is its result. A pass that
 * has a faster form of the operation can use it in place of the nodes.
 */
export interface Annotation {
  readonly op: string;
  /** Values of the same graph, each before the annotated one. */
  readonly inputs: readonly Value[];
  readonly attributes: Attributes;
}
