import type { Node, Value } from '../graph/graph.js';
import type { TensorType } from '../graph/tensor-type.js';
import { broadcastShapes } from './broadcast.js';
import { floatInputOf, inputOf, type Operator } from './operator.js';

/** A value, or a number that becomes a constant. */
export type Operand = Value | number;

/** One input, and an output of the same type. */
export const unary: Operator = {
  infer: (node) => {
    const { dtype, shape } = inputOf(node, 0);
    return [{ dtype, shape }];
  },
};

/** One input of floats, and an output of the same type. */
export const floatUnary: Operator = {
  infer: (node) => {
    const { dtype, shape } = floatInputOf(node, 0);
    return [{ dtype, shape }];
  },
};

/** Two inputs of the same dtype, broadcast. */
export const binary: Operator = { infer: (node) => [broadcastInputs(node, 2)] };

/** One or more inputs of the same dtype, broadcast. */
export const variadic: Operator = { infer: (node) => [broadcastInputs(node, 1)] };

/** Two inputs of the same dtype, broadcast; the output is bool. */
export const comparison: Operator = {
  infer: (node) => [{ ...broadcastInputs(node, 2), dtype: 'bool' }],
};

function broadcastInputs(node: Node, least: number): TensorType {
  for (let i = 0; i < least; i++) inputOf(node, i);
  return node.inputs
    .map((_, i): TensorType => inputOf(node, i))
    .reduce((a, b) => {
      if (a.dtype !== b.dtype) throw new RangeError('element types differ');
      return { dtype: a.dtype, shape: broadcastShapes(a.shape, b.shape) };
    });
}

export const add = (a: Operand, b: Operand): Value => combine('Add', a, b);
export const sub = (a: Operand, b: Operand): Value => combine('Sub', a, b);
export const mul = (a: Operand, b: Operand): Value => combine('Mul', a, b);
export const div = (a: Operand, b: Operand): Value => combine('Div', a, b);
/** `a ** b` */
export const pow = (a: Operand, b: Operand): Value => combine('Pow', a, b);
/** The larger of two values. */
export const max = (a: Operand, b: Operand): Value => combine('Max', a, b);
/** The smaller of two values. */
export const min = (a: Operand, b: Operand): Value => combine('Min', a, b);
/** `a > b` as bool. */
export const greater = (a: Operand, b: Operand): Value => combine('Greater', a, b);
/** `a < b` as bool. */
export const less = (a: Operand, b: Operand): Value => combine('Less', a, b);
/** `a = b` as bool. */
export const equal = (a: Operand, b: Operand): Value => combine('Equal', a, b);

/** `max(x, 0)` */
export const relu = (x: Value): Value => apply('Relu', x);
export const neg = (x: Value): Value => apply('Neg', x);
export const exp = (x: Value): Value => apply('Exp', x);
/** Natural logarithm. */
export const log = (x: Value): Value => apply('Log', x);
/** `1 / (1 + exp(-x))` */
export const sigmoid = (x: Value): Value => apply('Sigmoid', x);
export const tanh = (x: Value): Value => apply('Tanh', x);
export const sqrt = (x: Value): Value => apply('Sqrt', x);
/** `1 / x` */
export const reciprocal = (x: Value): Value => apply('Reciprocal', x);
export const abs = (x: Value): Value => apply('Abs', x);
/** -1, 0 or 1. */
export const sign = (x: Value): Value => apply('Sign', x);
export const sin = (x: Value): Value => apply('Sin', x);
export const cos = (x: Value): Value => apply('Cos', x);
/** `2 / sqrt(pi)` times the integral of `exp(-t^2)` from 0 to x. */
export const erf = (x: Value): Value => apply('Erf', x);
export const identity = (x: Value): Value => apply('Identity', x);

function apply(op: string, x: Value): Value {
  return x.graph.add(op, [x]).outputs[0]!;
}

function combine(op: string, a: Operand, b: Operand): Value {
  const operands = promote(op, a, b);
  return operands[0].graph.add(op, operands).outputs[0]!;
}

/** Converts a plain number to a scalar constant in the graph and type of the other operand. */
export function promote(op: string, a: Operand, b: Operand): [Value, Value] {
  if (typeof a === 'object') return [a, typeof b === 'object' ? b : a.graph.constant(b, { dtype: a.dtype })];
  if (typeof b === 'object') return [b.graph.constant(a, { dtype: b.dtype }), b];
  throw new RangeError(`${op}: one of ${a} and ${b} must be a value of a graph`);
}
