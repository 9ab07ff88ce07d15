import type { Value } from '../../graph/graph.js';

/** What one run of the pass knows of the values it has made, so that later nodes can be computed together with them. */
export class Fusions {
  readonly #addable = new Map<Value, (sum: Value) => Value>();
  readonly #activated = new Set<Value>();
  readonly #factors = new Map<Value, readonly [Value, Value]>();

  /** Makes a value that {@link withSum} can make again with a sum, in the same operator. */
  addable(make: (sum?: Value) => Value): Value {
    const value = make();
    this.#addable.set(value, (sum) => make(sum));
    return value;
  }

  /** How to make a value with something added to it, if that is possible. */
  withSum(value: Value): ((sum: Value) => Value) | undefined {
    return this.#addable.get(value);
  }

  /** States that a value went through the activation that follows it. */
  markActivated(value: Value): Value {
    this.#activated.add(value);
    return value;
  }

  isActivated(value: Value): boolean {
    return this.#activated.has(value);
  }

  /** States that a value is the product of two of its own shape: a sum of it can be computed from those. */
  markProduct(product: Value, factors: readonly [Value, Value]): void {
    this.#factors.set(product, factors);
  }

  factorsOf(product: Value): readonly [Value, Value] | undefined {
    return this.#factors.get(product);
  }
}
