import {
  add,
  type Graph,
  gelu,
  matMul,
  mul,
  reshape,
  softmax,
  transpose,
  type Value,
} from '@spectrain/graph';
import type { Layers, Model } from './layers.js';

/** Standard deviation of all weights at the start, but for those of residual projections. */
const std = 0.02;

/** Added to what a position must not see: its weight becomes 0, also where infinities are not exact. */
const hidden = -1e9;

/**
 * Decoder-only transformer (GPT-2; Radford et al., "Language models are unsupervised multitask learners", 2019) for
 * sequences `[n, length]` of class numbers; logits `[n, length, classes]` of what comes next at every position. The
 * normalisation comes before attention and before the MLP of a block, whose inner width is 4 times `width`, and once more
 * at the end; positions are learned; the last projection has its own weights.
 *
 * It starts as GPT-2 does (section 2.3 of the paper, and its code): weights and embeddings normal with standard deviation
 * 0.02, biases 0, and, since 2 `layers` projections are added up on the residual path, these smaller by √(2 `layers`).
 *
 * @param width a multiple of `heads`; by default a head is 32 wide
 */
export function transformer(layers: number, width: number, heads: number = Math.max(1, width / 32)): Model {
  if (width % heads !== 0)
    throw new RangeError(`transformer: a width of ${width} cannot be divided among ${heads} heads.`);
  return (nn, x, classes) => {
    const [, length] = x.shape;
    if (x.shape.length !== 2 || typeof length !== 'number')
      throw new RangeError(
        `transformer: it needs sequences [n, length], not examples [${x.shape.join(', ')}].`,
      );
    const options = { length, width, heads, residualStd: std / Math.sqrt(2 * layers) };
    const mask = causalMask(nn.graph, length, x);
    const tokens = nn.embedding('token', x, classes, width, { kind: 'normal', std });
    const positions = nn.parameter('position.weight', [length, width], { kind: 'normal', std });
    // All positions of all examples are the rows of one matrix but within attention.
    let h = reshape(add(tokens, positions), [-1, width]);
    for (let i = 0; i < layers; i++) {
      const name = `blocks.${i}`;
      h = add(h, attention(nn, `${name}.attention`, nn.layerNorm(`${name}.norm1`, h), mask, options));
      h = add(h, feedForward(nn, `${name}.mlp`, nn.layerNorm(`${name}.norm2`, h), options));
    }
    const logits = nn.linear('output', nn.layerNorm('norm', h), classes, { kind: 'normal', std });
    return reshape(logits, ['n', length, classes]);
  };
}

interface BlockOptions {
  readonly length: number;
  readonly width: number;
  readonly heads: number;
  /** Standard deviation at the start of the weights whose products are added to the residual path. */
  readonly residualStd: number;
}

/** Multi-head self-attention; x and what it returns are `[n * length, width]`. */
function attention(
  nn: Layers,
  name: string,
  x: Value,
  mask: Value,
  { length, width, heads, residualStd }: BlockOptions,
): Value {
  const size = width / heads;
  // Three products rather than one: to take one apart costs more passes over memory, forward and backward.
  const project = (part: string, perm: readonly number[]) =>
    transpose(
      reshape(nn.linear(`${name}.${part}`, x, width, { kind: 'normal', std }), ['n', length, heads, size]),
      perm,
    );
  const q = project('query', [0, 2, 1, 3]);
  const k = project('key', [0, 2, 3, 1]);
  const v = project('value', [0, 2, 1, 3]);
  // [n, heads, length, length]: how much a position (third dimension) looks at each other one.
  const weights = softmax(add(matMul(mul(q, 1 / Math.sqrt(size)), k), mask));
  const mixed = reshape(transpose(matMul(weights, v), [0, 2, 1, 3]), [-1, width]);
  return nn.linear(`${name}.output`, mixed, width, { kind: 'normal', std: residualStd });
}

/** Linear to 4 times the width, GELU (exact, where GPT-2's code has an approximation), linear back. */
function feedForward(nn: Layers, name: string, x: Value, { width, residualStd }: BlockOptions): Value {
  const inner = gelu(nn.linear(`${name}.hidden`, x, 4 * width, { kind: 'normal', std }));
  return nn.linear(`${name}.output`, inner, width, { kind: 'normal', std: residualStd });
}

/** `[length, length]`: 0 where the column's position is not after the row's. */
function causalMask(graph: Graph, length: number, { dtype }: Value): Value {
  const mask = Array.from({ length: length * length }, (_, i) =>
    i % length > Math.floor(i / length) ? hidden : 0,
  );
  return graph.constant(mask, { shape: [length, length], dtype });
}
