import type { Dim, Shape } from './tensor-type.js';

/** The product of dimensions, written out if it is not a number: `n*6`. */
export function product(dims: Shape): Dim {
  return quotient(dims, [])!;
}

/**
 * The product of `over` divided by that of `under`. Equal names cancel out; the others are written out: `n*3/2`.
 * `undefined` if the result is a number that is not whole.
 * @throws RangeError for dimensions that are not whole numbers, or a product that is not a safe integer
 */
export function quotient(over: Shape, under: Shape): Dim | undefined {
  const powers = new Map<string, number>();
  let [numerator, denominator] = [1, 1];
  for (const { factor, power } of [
    ...over.flatMap((dim) => factors(dim, 1)),
    ...under.flatMap((dim) => factors(dim, -1)),
  ]) {
    if (typeof factor === 'string') powers.set(factor, (powers.get(factor) ?? 0) + power);
    else if (power > 0) numerator *= factor;
    else denominator *= factor;
  }
  for (const size of [numerator, denominator])
    if (!Number.isSafeInteger(size)) throw new RangeError(`${size} is not a size`);
  const divisor = greatestCommonDivisor(numerator, denominator);
  numerator /= divisor;
  denominator /= divisor;
  const names = [...powers].sort(([a], [b]) => (a < b ? -1 : 1));
  const multiplied = names.flatMap(([name, power]) => Array<string>(Math.max(power, 0)).fill(name));
  const divided = names.flatMap(([name, power]) => Array<string>(Math.max(-power, 0)).fill(name));
  if (multiplied.length + divided.length === 0) return denominator === 1 ? numerator : undefined;
  const top = numerator === 1 && multiplied.length ? multiplied : [...multiplied, numerator];
  return [top.join('*'), ...divided, ...(denominator === 1 ? [] : [denominator])].join('/');
}

/** Splits `n*3/2` into n, 3 and 1/2. */
function factors(dim: Dim, power: 1 | -1): { factor: Dim; power: number }[] {
  if (typeof dim === 'number') return [{ factor: dim, power }];
  return dim.split(/(?=[*/])/).map((part) => {
    const text = part.replace(/^[*/]/, '');
    return { factor: /^\d+$/.test(text) ? Number(text) : text, power: part.startsWith('/') ? -power : power };
  });
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
