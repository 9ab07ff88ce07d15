import type { Value } from '../../graph/graph.js';
import { sizeOf } from '../../graph/tensor-type.js';
import { gather } from '../../operators/gather.js';
import { reshape } from '../../operators/shape.js';
import { concat } from '../../operators/slice.js';

/**
 * Chooses rows of `size` elements of a tensor as it lies in memory, by index: `[places, size]`. `undefined` gives a row of
 * zeros. ONNX Runtime copies rows on all threads, but not so for Transpose, Pad or Concat.
 */
export function chooseRows(x: Value, size: number, places: readonly (number | undefined)[]): Value {
  const { graph } = x;
  const count = sizeOf(x.shape as readonly number[]) / size;
  const rows = reshape(x, [count, size]);
  const needsZeros = places.includes(undefined);
  const zeros = () => graph.constant(new Float32Array(size), { shape: [1, size] });
  const indices = graph.constant(
    places.map((place) => place ?? count),
    { dtype: 'int64' },
  );
  return gather(needsZeros ? concat([rows, zeros()], 0) : rows, indices);
}

/** Exchanges dimensions, `[groups, a, b, size]` to `[groups, b, a, size]`, of a tensor in memory or its part after `from` rows. */
export function exchangeRows(
  x: Value,
  [a, b, size]: readonly [number, number, number],
  { groups = 1, from = 0 } = {},
): Value {
  const isWhole = sizeOf(x.shape as readonly number[]) === groups * a * b * size;
  if (isWhole && (a === 1 || b === 1)) return x;
  const places = Array.from({ length: groups * a * b }, (_, place) => {
    const [group, rest] = [Math.floor(place / (a * b)), place % (a * b)];
    return from + (group * a + (rest % a)) * b + Math.floor(rest / a);
  });
  return chooseRows(x, size, places);
}
