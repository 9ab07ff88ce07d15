import { flatten, mul, relu, sin, tanh, type Value } from '@spectrain/graph';
import type { Initializer, Model } from './layers.js';

/** What comes after the hidden layers of an MLP. */
export const activations = ['relu', 'tanh', 'sine'] as const;
export type Activation = (typeof activations)[number];

/** How a hidden layer of `features` inputs starts, and what comes after it. */
interface HiddenLayer {
  readonly apply: (x: Value) => Value;
  readonly weight: (features: number, layer: number) => Initializer;
  /** Default: 0. */
  readonly bias?: (features: number) => Initializer;
}

/** Of SIREN, see {@link mlp}. */
const omega = 30;

const uniform = (bound: number): Initializer => ({ kind: 'uniform', bound });
const normal = (variance: number): Initializer => ({ kind: 'normal', std: Math.sqrt(variance) });

const hiddenLayers: Readonly<Record<Activation, HiddenLayer>> = {
  relu: { apply: relu, weight: (features) => normal(2 / features) },
  // Without biases the network would start as an odd function.
  tanh: {
    apply: tanh,
    weight: (features) => normal(1 / features),
    bias: (features) => uniform(1 / Math.sqrt(features)),
  },
  sine: {
    apply: (x) => sin(mul(x, omega)),
    weight: (features, layer) => uniform(layer === 0 ? 1 / features : Math.sqrt(6 / features) / omega),
    bias: (features) => uniform(1 / Math.sqrt(features)),
  },
};

/**
 * Fully connected network: flatten, then for each width linear and an activation, then linear to the classes, or to the values
 * of a target in regression.
 *
 * - `relu`, the default: hidden weights start normal with variance 2 / fan-in (He et al., arXiv 1502.01852), biases 0.
 * - `tanh`: hidden weights start normal with variance 1 / fan-in (LeCun et al., "Efficient backprop", 1998), biases uniform in
 *   ±1/√fan-in.
 * - `sine`: `sin(30 (W x + b))`; W starts uniform in ±1/fan-in in the first layer and ±√(6/fan-in)/30 in later ones (SIREN;
 *   Sitzmann et al., arXiv 2006.09661, section 3.2), biases uniform in ±1/√fan-in. Made for inputs in ±1.
 */
export function mlp(...hidden: readonly number[]): Model;
export function mlp(activation: Activation, ...hidden: readonly number[]): Model;
export function mlp(...options: readonly (number | Activation)[]): Model {
  const [first, ...rest] = options;
  const activation = typeof first === 'string' ? first : 'relu';
  const hidden = (typeof first === 'string' ? rest : options) as readonly number[];
  const { apply, weight, bias } = hiddenLayers[activation];
  return (nn, x, classes) => {
    let h = flatten(x);
    hidden.forEach((units, i) => {
      const features = Number(h.shape[1]);
      h = apply(nn.linear(`hidden.${i}`, h, units, weight(features, i), bias?.(features)));
    });
    return nn.linear('output', h, classes);
  };
}
