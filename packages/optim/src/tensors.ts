import { isRecord } from './checks.js';
import { describeValue } from './optimizer-spec-error.js';
import type { FloatArray } from './update-rule.js';

/** Flat tensors by name. */
export type Tensors<A extends FloatArray> = Readonly<Record<string, A>>;

/** A gradient that is NaN or infinite. Nothing has been changed when it is thrown. */
export class NonFiniteGradientError extends RangeError {
  override readonly name = 'NonFiniteGradientError';

  constructor(
    readonly parameter: string,
    readonly index: number,
    readonly value: number,
  ) {
    super(`the gradient of ${parameter} is ${value} at index ${index}`);
  }
}

/** Throws unless tensors came by name: as an object, and not as a list or a map. */
export function checkRecord(label: string, tensors: unknown): void {
  if (!isRecord(tensors) || Symbol.iterator in tensors) {
    const found = tensors instanceof Map ? 'a Map' : describeValue(tensors);
    throw new RangeError(`${label}: found ${found}; allowed: an object of tensors by name`);
  }
}

/** Throws unless `tensor` is of this array type and length; `label` says which one it is. */
export function checkTensor<A extends FloatArray>(
  label: string,
  tensor: unknown,
  type: string,
  length?: number,
): asserts tensor is A {
  if (tensor === undefined) throw new RangeError(`${label} is missing`);
  // By tag, since a tensor may come from another realm (a frame, a test environment).
  const tag = ArrayBuffer.isView(tensor)
    ? (tensor as A)[Symbol.toStringTag]
    : Object.prototype.toString.call(tensor).slice('[object '.length, -1);
  if (tag !== type) throw new RangeError(`${label} is ${tag}, not ${type}`);
  const found = (tensor as A).length;
  if (length !== undefined && found !== length) {
    throw new RangeError(`${label} has ${found} elements, not ${length}`);
  }
}

/** Throws if `found` has a name that is not in `expected`. */
export function checkNoExtra(label: (name: string) => string, found: object, expected: object): void {
  for (const name of Object.keys(found)) {
    if (!Object.hasOwn(expected, name)) throw new RangeError(`${label(name)} is not expected`);
  }
}
