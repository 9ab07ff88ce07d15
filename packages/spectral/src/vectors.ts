import { type Random, seededRandom } from './random.js';

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

export function norm(a: ArrayLike<number>): number {
  return Math.sqrt(dot(a, a));
}

/** `a += factor * b` */
export function addScaled(a: Float64Array, b: ArrayLike<number>, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i]! += factor * b[i]!;
}

/** Of length 1, in a direction that is uniform over the sphere. */
export function randomUnit(length: number, random: Random = seededRandom(0)): Float64Array {
  const vector = Float64Array.from({ length }, () => random.normal());
  const size = norm(vector);
  return vector.map((value) => value / size);
}
