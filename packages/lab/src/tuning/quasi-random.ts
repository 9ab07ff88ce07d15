/**
 * Point number i, from 0, of a sequence that fills the unit cube of a dimension evenly, however many of its points are used: the
 * Halton sequence (Communications of the ACM 7, 1964) without its origin, in reverse: its digits are b - d for d (B.
 * Vandewoestyne and R. Cools, J. Comput. Appl. Math. 189, 2006), which keeps high dimensions apart. In one dimension the
 * first point is the centre.
 */
export function quasiRandomPoint(i: number, dimensions: number): readonly number[] {
  return firstPrimes(dimensions).map((base) => radicalInverse(i + 1, base));
}

/** The digits of n mirrored at the point: 0.d0 d1 d2... for n = ...d2 d1 d0. */
function radicalInverse(n: number, base: number): number {
  let value = 0;
  for (let rest = n, unit = 1 / base; rest > 0; rest = Math.floor(rest / base), unit /= base)
    value += ((base - (rest % base)) % base) * unit;
  return value;
}

function firstPrimes(count: number): readonly number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes;
}
