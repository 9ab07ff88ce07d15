import {
  add,
  batchNormalization,
  batchNormalizationTraining,
  cast,
  conv,
  type DType,
  div,
  type Graph,
  gather,
  gemm,
  greater,
  layerNormalization,
  mul,
  shapeOf,
  slice,
  sub,
  type Value,
  where,
} from '@spectrain/graph';
import type { Loss } from '../losses.js';

/** How a parameter starts. Random values depend on the seed and the parameter's name only. */
export type Initializer =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'normal'; readonly std: number }
  | { readonly kind: 'uniform'; readonly bound: number }
  | { readonly kind: 'values'; readonly values: Float32Array };

/** A tensor that lives outside of the graph: a trained parameter, or a buffer that a training step renews. */
export interface TensorSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly init: Initializer;
}

/**
 * A network as a function: declares its parameters through `nn` and returns logits `[n, classes]`, or, where every position of
 * a sequence has a class of its own, `[n, length, classes]`. In regression `classes` is the number of values of a target, and it
 * returns `[n, classes]`, or these in the shape of the targets.
 */
export interface Model {
  (nn: Layers, x: Value, classes: number): Value;
  /** The loss that it is made for. Default: any. */
  readonly loss?: Loss;
  /** The network for inference as a graph of its own, with these values of parameters and buffers; see `toOnnx` of a trainer. */
  readonly exported?: (weights: Readonly<Record<string, Float32Array>>) => Graph;
}

/** What a batch normalisation goes by, `[c]` each. */
export interface BatchNormValues {
  readonly scale: Value;
  readonly bias: Value;
  readonly runningMean: Value;
  readonly runningVariance: Value;
}

export interface LayersOptions {
  /** Batch norm uses the batch's statistics, and buffers are renewed. */
  readonly training: boolean;
  /** Element type of parameters and buffers. Default float32. */
  readonly dtype?: DType;
  /** Values of parameters and buffers that become part of the graph; without it they are inputs. */
  readonly weights?: Readonly<Record<string, Float32Array>>;
}

const zeros: Initializer = { kind: 'constant', value: 0 };
const ones: Initializer = { kind: 'constant', value: 1 };

/**
 * The layers a model is made of. A model is traced twice, once for training and once for inference; a layer declares its
 * parameters as it is used, under its name, so that weights are found by name in checkpoints and files.
 */
export class Layers {
  readonly parameters: TensorSpec[] = [];
  readonly buffers: TensorSpec[] = [];
  /** New values of the buffers after this step, by name; empty in inference. */
  readonly bufferUpdates = new Map<string, Value>();
  readonly #names = new Set<string>();

  constructor(
    readonly graph: Graph,
    readonly options: LayersOptions,
  ) {}

  /** A trained tensor. */
  parameter(name: string, shape: readonly number[], init: Initializer): Value {
    return this.#declare(this.parameters, { name, shape, init });
  }

  /**
   * `y = x Wᵀ + b`, x `[n, features]`, W `[units, features]`; unless told otherwise W starts uniform in ±1/√features, and b 0.
   */
  linear(name: string, x: Value, units: number, init?: Initializer, bias: Initializer = zeros): Value {
    const features = fixedDim(name, x, 1);
    const weight = this.parameter(
      `${name}.weight`,
      [units, features],
      init ?? { kind: 'uniform', bound: 1 / Math.sqrt(features) },
    );
    return gemm(x, weight, this.parameter(`${name}.bias`, [units], bias), { transB: true });
  }

  /**
   * 2-D convolution without bias, x `[n, c, h, w]`, W `[channels, c, kernel, kernel]`; padding `(kernel - 1) / 2`.
   * W starts normal with variance `2 / (channels * kernel²)` (He, fan-out).
   */
  conv(
    name: string,
    x: Value,
    channels: number,
    { kernel = 3, stride = 1 }: { kernel?: number; stride?: number } = {},
  ): Value {
    const weight = this.parameter(`${name}.weight`, [channels, fixedDim(name, x, 1), kernel, kernel], {
      kind: 'normal',
      std: Math.sqrt(2 / (channels * kernel * kernel)),
    });
    return conv(x, weight, { strides: [stride, stride], pads: (kernel - 1) / 2 });
  }

  /**
   * Batch normalisation over `[n, c, h, w]`. Training uses the batch's statistics and moves the running ones by
   * `momentum` (running variance from the unbiased estimate, as PyTorch does); inference uses the running ones. A single
   * value per channel has no variance: it leaves the running one as it is.
   */
  batchNorm(name: string, x: Value, { epsilon = 1e-5, momentum = 0.1 } = {}): Value {
    const channels = fixedDim(name, x, 1);
    const scale = this.parameter(`${name}.weight`, [channels], ones);
    const bias = this.parameter(`${name}.bias`, [channels], zeros);
    const runningMean = this.buffer(`${name}.running_mean`, [channels], zeros);
    const runningVariance = this.buffer(`${name}.running_var`, [channels], ones);
    if (!this.options.training)
      return batchNormalization(x, scale, bias, runningMean, runningVariance, { epsilon });

    return this.batchNormTraining(
      name,
      x,
      { scale, bias, runningMean, runningVariance },
      { epsilon, momentum },
    );
  }

  /** {@link batchNorm} in training with values of one's own: the running statistics are a {@link buffer} each. */
  batchNormTraining(
    name: string,
    x: Value,
    { scale, bias, runningMean, runningVariance }: BatchNormValues,
    { epsilon = 1e-5, momentum = 0.1 } = {},
  ): Value {
    const { y, mean, variance } = batchNormalizationTraining(x, scale, bias, { epsilon });
    const plane = x.shape.slice(2).reduce<number>((size, _, i) => size * fixedDim(name, x, i + 2), 1);
    const count = mul(batchCount(x), plane);
    this.#move(runningMean, momentum, () => mean);
    this.#move(runningVariance, momentum, (now) =>
      where(greater(count, 1), mul(variance, div(count, sub(count, 1))), now),
    );
    return y;
  }

  /** Moves a buffer by `momentum`, from where an earlier use in the same step has left it. */
  #move(buffer: Value, momentum: number, towards: (now: Value) => Value): void {
    const now = this.bufferUpdates.get(buffer.name) ?? buffer;
    this.bufferUpdates.set(buffer.name, moveTowards(now, towards(now), momentum));
  }

  /**
   * Layer normalisation over the last dimension (Ba et al., arXiv 1607.06450): `(x - mean) / √(variance + epsilon)`, then
   * a scale, which starts at 1, and a bias for each of its elements.
   */
  layerNorm(name: string, x: Value, { epsilon = 1e-5 } = {}): Value {
    const width = fixedDim(name, x, x.shape.length - 1);
    const scale = this.parameter(`${name}.weight`, [width], ones);
    const bias = this.parameter(`${name}.bias`, [width], zeros);
    return layerNormalization(x, scale, bias, { epsilon });
  }

  /** A learned row of `width` numbers for each of `count` class numbers; x `[...]` to `[..., width]`. */
  embedding(name: string, x: Value, count: number, width: number, init: Initializer): Value {
    return gather(this.parameter(`${name}.weight`, [count, width], init), cast(x, 'int64'));
  }

  /** A tensor that a training step renews: {@link bufferUpdates} must get its new value. */
  buffer(name: string, shape: readonly number[], init: Initializer): Value {
    return this.#declare(this.buffers, { name, shape, init });
  }

  #declare(list: TensorSpec[], spec: TensorSpec): Value {
    if (this.#names.has(spec.name)) throw new Error(`Model: two parameters are named "${spec.name}".`);
    this.#names.add(spec.name);
    list.push(spec);
    const data = this.options.weights?.[spec.name];
    return data
      ? this.graph.constant(data, { shape: spec.shape, name: spec.name })
      : this.graph.input(spec.name, spec.shape, this.options.dtype);
  }
}

function moveTowards(from: Value, to: Value, share: number): Value {
  return add(mul(from, 1 - share), mul(to, share));
}

/** Number of examples in the batch, `[1]`, of x's element type. */
function batchCount(x: Value): Value {
  return cast(slice(shapeOf(x), { starts: [0], ends: [1], axes: [0] }), x.dtype);
}

function fixedDim(layer: string, x: Value, axis: number): number {
  const dim = x.shape[axis];
  if (typeof dim !== 'number')
    throw new Error(
      `Layer "${layer}": dimension ${axis} of its input must be a fixed number; its shape is [${x.shape.join(', ')}].`,
    );
  return dim;
}
