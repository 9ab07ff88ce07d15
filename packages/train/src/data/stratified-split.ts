import { randomStream } from '../random/random-stream.js';

/**
 * Divides examples at random into a training and a test part, each class in the same proportion.
 * @param labels class numbers; @param testShare share of every class that goes to the test part, 0 to 1, rounded
 * @returns the examples of either part, in the order they had
 */
export function stratifiedSplit(
  labels: ArrayLike<number>,
  testShare: number,
  seed: number,
): { train: Uint32Array; test: Uint32Array } {
  const order = Uint32Array.from(labels, (_, i) => i);
  randomStream(seed, 'split').shuffle(order);
  const sizes = new Map<number, number>();
  for (const i of order) sizes.set(labels[i]!, (sizes.get(labels[i]!) ?? 0) + 1);
  const wanted = new Map([...sizes].map(([label, size]) => [label, Math.round(size * testShare)]));
  const inTest = new Uint8Array(order.length);
  for (const i of order) {
    const left = wanted.get(labels[i]!)!;
    if (left > 0) {
      inTest[i] = 1;
      wanted.set(labels[i]!, left - 1);
    }
  }
  order.sort();
  return { train: order.filter((i) => !inTest[i]), test: order.filter((i) => inTest[i]) };
}
