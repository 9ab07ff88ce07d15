import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Random numbers of one seed, the same on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** A whole number, 0 to `n - 1`. */
  int(n: number): number;
  /** Standard normal. */
  normal(): number;
  /** -1 or 1 (Rademacher). */
  sign(): number;
}

/** @throws RangeError for a seed that is not a whole number */
export function seededRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed is ${seed}, not a whole number`);
  const generator = xoroshiro128plus(seed);
  const uniform = () => uniformFloat64(generator);
  return {
    uniform,
    int: (n) => uniformInt(generator, 0, n - 1),
    // Box and Muller, 1958; one of the pair is enough.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    sign: () => 2 * uniformInt(generator, 0, 1) - 1,
  };
}

/** `count` of the numbers 0 to `n - 1`, each set of them equally likely, in rising order; all where there are no more. */
export function sampleWithoutReplacement(n: number, count: number, random: Random): Uint32Array {
  if (count >= n) return Uint32Array.from({ length: n }, (_, i) => i);
  const chosen = new Set<number>();
  // Floyd's algorithm (Bentley and Floyd, CACM 30, 1987): one draw for each that is chosen.
  for (let j = n - count; j < n; j++) {
    const i = random.int(j + 1);
    chosen.add(chosen.has(i) ? j : i);
  }
  return Uint32Array.from(chosen).sort();
}
