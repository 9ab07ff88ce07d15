import type { Value } from '../../graph/graph.js';
import { cast } from '../../operators/cast.js';
import { blockWeights, reorderInput, reorderOutput } from './operators.js';

/** Which values of a graph are in the blocked layout, and conversions between layouts, each made once and on demand. */
export class Layouts {
  readonly #blocked = new Set<Value>();
  readonly #weights = new Map<Value, Value>();
  readonly #other = new Map<Value, Value>();

  constructor(readonly block: number) {}

  isBlocked(value: Value | undefined): boolean {
    return value !== undefined && this.#blocked.has(value);
  }

  /** Whether a value is or can be blocked: float32 `[n, c, h, w]` with whole blocks of channels and a plane of known size. */
  fits({ dtype, shape: [, channels, ...plane] }: Value): boolean {
    return (
      dtype === 'float32' &&
      plane.length === 2 &&
      plane.every((dim) => typeof dim === 'number') &&
      typeof channels === 'number' &&
      channels % this.block === 0
    );
  }

  /** States that a new value is blocked. */
  mark(value: Value): Value {
    this.#blocked.add(value);
    return value;
  }

  blocked(value: Value): Value {
    return this.isBlocked(value)
      ? value
      : this.#convert(value, () => this.mark(throughFloats(value, reorderInput)));
  }

  plain(value: Value): Value {
    return this.isBlocked(value) ? this.#convert(value, () => throughFloats(value, reorderOutput)) : value;
  }

  /** Converts plain weights to the order that a blocked convolution takes. */
  weights(value: Value): Value {
    const known = this.#weights.get(value);
    if (known) return known;
    const weights = blockWeights(value, this.block);
    this.#weights.set(value, weights);
    return weights;
  }

  #convert(value: Value, make: () => Value): Value {
    const known = this.#other.get(value);
    if (known) return known;
    const other = make();
    this.#other.set(value, other);
    this.#other.set(other, value);
    return other;
  }
}

/** Reorders a value; conditions are cast to float32, the only type that reorders take. */
function throughFloats(value: Value, reorder: (value: Value) => Value): Value {
  return value.dtype === 'bool' ? cast(reorder(cast(value, 'float32')), 'bool') : reorder(value);
}
