import { int, numberOf } from '../graph/attribute.js';
import type { Value } from '../graph/graph.js';
import type { DType } from '../graph/tensor-type.js';
import { onnxTypeOf, typeFromOnnx } from '../onnx/data-type.js';
import { inputOf, type Operator } from './operator.js';

export const castOperator: Operator = {
  infer: (node) => [
    { dtype: typeFromOnnx(numberOf(node.attributes, 'to', 0)), shape: inputOf(node, 0).shape },
  ],
};

/** Converts to another element type. */
export function cast(x: Value, dtype: DType): Value {
  return x.graph.add('Cast', [x], { to: int(onnxTypeOf(dtype)) }).outputs[0]!;
}
