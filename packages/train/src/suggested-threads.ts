import { availableParallelism } from 'node:os';
import type { Program } from './program.js';
import { lengthsOf } from './tensors.js';

/** Products of a batch with the parameters from which on a second thread saves more than it costs to wait for it. */
const worthwhile = 2 ** 20;

/** Threads that suit a network: all cores, or one where a step takes but some microseconds. */
export function suggestedThreads(program: Program, batchSize: number): number {
  const lengths = Object.values(lengthsOf(program.parameters));
  const convolves = program.parameters.some(({ shape }) => shape.length > 2);
  const products = batchSize * lengths.reduce((sum, length) => sum + length, 0);
  return convolves || products >= worthwhile ? availableParallelism() : 1;
}
