import { randomStream } from '../random/random-stream.js';

/**
 * The order in which an epoch visits `count` examples: each once, shuffled anew for every epoch.
 * It depends on its arguments alone.
 */
export function epochOrder(count: number, seed: number, epoch: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  randomStream(seed, 'order', epoch).shuffle(order);
  return order;
}
