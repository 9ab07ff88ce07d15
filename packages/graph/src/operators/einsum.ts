import { string, stringOf } from '../graph/attribute.js';
import type { Node, Value } from '../graph/graph.js';
import type { Dim, Shape } from '../graph/tensor-type.js';
import { checkSameType, inputOf, type Operator } from './operator.js';

/** The letters of an equation such as `bij,bjk->bik`, for each operand and for the result. */
export interface Equation {
  readonly operands: readonly string[];
  readonly result: string;
}

export const einsumOperator: Operator = {
  infer: (node) => {
    const { operands, result } = equationOf(node);
    checkSameType(node);
    const dims = new Map<string, Dim>();
    for (const [i, letters] of operands.entries()) addDims(dims, letters, inputOf(node, i).shape, i);
    return [{ dtype: inputOf(node, 0).dtype, shape: [...result].map((letter) => dims.get(letter)!) }];
  },
};

function addDims(dims: Map<string, Dim>, letters: string, shape: Shape, operand: number): void {
  if (letters.length !== shape.length)
    throw new RangeError(`"${letters}" does not fit the ${shape.length} dimensions of operand ${operand}`);
  for (const [i, letter] of [...letters].entries()) {
    const [known, dim] = [dims.get(letter), shape[i]!];
    if (known !== undefined && known !== dim && typeof known === typeof dim)
      throw new RangeError(`"${letter}" stands for ${known} and ${dim}`);
    // A name beside a number can only stand for that number when the graph runs.
    if (typeof known !== 'number') dims.set(letter, dim);
  }
}

const term = '[a-zA-Z]*(?:\\.{3}[a-zA-Z]*)?';
const equations = new RegExp(`^${term}(,${term})*(->${term})?$`);
const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'];

/**
 * The letters of an Einsum node, with letters for the dimensions of "...", the same in all operands. Without "->" the result
 * has those dimensions, then the letters that occur once, in alphabetical order.
 */
export function equationOf(node: Node): Equation {
  const text = stringOf(node.attributes, 'equation', '').replaceAll(' ', '');
  const wrong = (why: string) => new RangeError(`equation "${text}": ${why}`);
  if (!equations.test(text)) throw wrong('only letters, commas, "..." and one "->" are supported');
  const [left, right] = text.split('->') as [string, string | undefined];
  const given = left.split(',');
  if (given.length !== node.inputs.length)
    throw wrong(`it has ${given.length} operands, the node ${node.inputs.length}`);
  const sizes = given.flatMap((letters, i) =>
    letters.includes('...') ? [Math.max(inputOf(node, i).shape.length - letters.length + 3, 0)] : [],
  );
  const [size = 0] = sizes;
  if (sizes.some((other) => other !== size))
    throw wrong(`"..." stands for ${sizes.join(' and ')} dimensions, which is not supported`);
  const further = alphabet.filter((letter) => !text.includes(letter)).slice(0, size);
  const spelled = (letters: string) => letters.replace('...', further.join(''));
  const operands = given.map(spelled);
  const all = left.replaceAll(/[^a-zA-Z]/g, '');
  const once = [...new Set(all)].filter((letter) => all.split(letter).length === 2).sort();
  const result = spelled(right ?? `...${once.join('')}`);
  if ([...operands, result].some((letters) => new Set(letters).size !== letters.length))
    throw wrong('a letter that occurs twice in one operand is not supported');
  if ([...result].some((letter) => !operands.join('').includes(letter)))
    throw wrong('the result has a letter of no operand');
  return { operands, result };
}

/** Sums products by an equation: `bij,bjk->bik` is a batch of matrix products. */
export function einsum(equation: string, operands: readonly Value[]): Value {
  const [first] = operands;
  if (!first) throw new RangeError('einsum: it needs at least one operand');
  return first.graph.add('Einsum', operands, { equation: string(equation) }).outputs[0]!;
}
