import { float, int, numberOf } from '../graph/attribute.js';
import type { Node, Value } from '../graph/graph.js';
import { sameShape } from '../graph/tensor-type.js';
import { broadcastShapes } from './broadcast.js';
import { checkSameType, inputOf, type Operator } from './operator.js';

export interface GemmOptions {
  readonly transA?: boolean;
  readonly transB?: boolean;
  /** Factor of the product. Default 1. */
  readonly alpha?: number;
  /** Factor of `c`. Default 1. */
  readonly beta?: number;
}

export const matMulOperator: Operator = {
  infer: (node) => {
    const [a, b] = [inputOf(node, 0), inputOf(node, 1)];
    checkSameType(node);
    if (a.shape.length < 1 || b.shape.length < 1)
      throw new RangeError('both inputs must have one dimension or more');
    const [rows, columns] = [a.shape.slice(-2, -1), b.shape.length > 1 ? b.shape.slice(-1) : []];
    if (a.shape.at(-1) !== (b.shape.at(-2) ?? b.shape[0]))
      throw new RangeError('the inner dimensions differ');
    const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
    return [{ dtype: a.dtype, shape: [...batch, ...rows, ...columns] }];
  },
};

export const gemmOperator: Operator = {
  infer: (node) => {
    const [a, b, c] = [inputOf(node, 0), inputOf(node, 1), node.inputs[2]];
    checkSameType(node);
    if (a.shape.length !== 2 || b.shape.length !== 2)
      throw new RangeError('both factors must have two dimensions');
    const { transA, transB } = gemmOptionsOf(node);
    const [rows, inner] = transA ? [a.shape[1]!, a.shape[0]!] : [a.shape[0]!, a.shape[1]!];
    const [innerB, columns] = transB ? [b.shape[1]!, b.shape[0]!] : [b.shape[0]!, b.shape[1]!];
    if (inner !== innerB) throw new RangeError('the inner dimensions differ');
    const shape = [rows, columns];
    if (c && !sameShape(broadcastShapes(c.shape, shape), shape))
      throw new RangeError('c does not broadcast to the product');
    return [{ dtype: a.dtype, shape }];
  },
};

/** The options of a Gemm node, with their defaults. */
export function gemmOptionsOf({ attributes }: Node): Required<GemmOptions> {
  return {
    transA: numberOf(attributes, 'transA', 0) === 1,
    transB: numberOf(attributes, 'transB', 0) === 1,
    alpha: numberOf(attributes, 'alpha', 1),
    beta: numberOf(attributes, 'beta', 1),
  };
}

/**
 * Matrix product of `[..., m, k]` and `[..., k, n]`; leading dimensions broadcast. `[k]` is a row on the left, a column on
 * the right.
 */
export function matMul(a: Value, b: Value): Value {
  return a.graph.add('MatMul', [a, b]).outputs[0]!;
}

/** `alpha A B + beta C` of matrices, with A and B optionally transposed; C broadcasts. */
export function gemm(a: Value, b: Value, c?: Value, options: GemmOptions = {}): Value {
  const { transA = false, transB = false, alpha = 1, beta = 1 } = options;
  const attributes = {
    transA: int(transA ? 1 : 0),
    transB: int(transB ? 1 : 0),
    alpha: float(alpha),
    beta: float(beta),
  };
  return a.graph.add('Gemm', c ? [a, b, c] : [a, b], attributes).outputs[0]!;
}
