import type { Node, Value } from '../graph/graph.js';
import { einsum, equationOf } from '../operators/einsum.js';
import { expandLike } from '../operators/shape.js';
import { singleOutput } from './gradient-rule.js';

/** The gradient of an operand is the product of dy and the others, summed over the dimensions that it does not have. */
export const einsumGradient = singleOutput((node, dy, needed) =>
  node.inputs.map((_, i) => (needed[i] ? operandGradient(node, dy, i) : undefined)),
);

function operandGradient(node: Node, dy: Value, index: number): Value {
  const { operands, result } = equationOf(node);
  const x = node.inputs[index]!;
  const own = operands[index]!;
  const others = operands.flatMap((letters, i) => (i === index ? [] : [{ letters, value: node.inputs[i]! }]));
  const elsewhere = [result, ...others.map(({ letters }) => letters)].join('');
  const shared = [...own].filter((letter) => elsewhere.includes(letter)).join('');
  const equation = `${[result, ...others.map(({ letters }) => letters)].join(',')}->${shared}`;
  const factors = [dy, ...others.map(({ value }) => value)];
  const product = equation === `${result}->${result}` ? dy : einsum(equation, factors);
  // A dimension of this operand alone was summed: every element along it gets the same gradient.
  const summed = [...own].flatMap((letter, i) => (shared.includes(letter) ? [] : [i]));
  if (!summed.length) return product;
  const axes = x.graph.constant(summed, { dtype: 'int64' });
  return expandLike(x.graph.add('Unsqueeze', [product, axes]).outputs[0]!, x);
}
