import type { Value } from '../../graph/graph.js';

/** How one run of the pass has made its values, so that a later node can be fused with an earlier one. */
export class Fusions {
  readonly #addable = new Map<Value, (sum: Value) => Value>();
  readonly #activated = new Set<Value>();
  readonly #factors = new Map<Value, readonly [Value, Value]>();

  /** Makes a value that {@link withSum} can make again, with a sum in the same operator. */
  addable(make: (sum?: Value) => Value): Value {
    const value = make();
    this.#addable.set(value, (sum) => make(sum));
    return value;
  }

  /** The function that makes a value with something added to it, or `undefined`. */
  withSum(value: Value): ((sum: Value) => Value) | undefined {
    return this.#addable.get(value);
  }

  /** States that a value already includes the activation that follows it. */
  markActivated(value: Value): Value {
    this.#activated.add(value);
    return value;
  }

  isActivated(value: Value): boolean {
    return this.#activated.has(value);
  }

  /** States that a value is the product of two values of its shape, from which sums of it can be computed. */
  markProduct(product: Value, factors: readonly [Value, Value]): void {
    this.#factors.set(product, factors);
  }

  factorsOf(product: Value): readonly [Value, Value] | undefined {
    return this.#factors.get(product);
  }
}
