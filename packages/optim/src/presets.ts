import type { Hyperparameter } from './hyperparameters.js';
import type { OptimizerKind, OptimizerSpec, PresetSpec } from './optimizer-spec.js';
import type { Signal, SignalKind } from './signals/signal.js';
import type { Rule } from './update-rule.js';

/** A named point of the family: options of the update rule, and the hyperparameters it takes with their defaults. */
export interface Preset {
  readonly rule: Rule;
  readonly defaults: { readonly [H in Hyperparameter]?: Signal };
  /** Hyperparameters that must be signals of one kind. */
  readonly only?: { readonly [H in Hyperparameter]?: SignalKind };
}

/** The preset of a kind has a default for exactly the hyperparameters in the type of its spec. */
interface PresetOf<Kind extends OptimizerKind> extends Preset {
  readonly defaults: Readonly<
    Record<Extract<keyof Extract<PresetSpec, { readonly kind: Kind }>, Hyperparameter>, Signal>
  >;
}

const adam: PresetOf<'adam'> = {
  rule: { first: 'ema', second: 'ema', biasCorrection: true, decay: 'coupled' },
  defaults: { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 },
};

const momentum: PresetOf<'momentum'> = {
  rule: { first: 'heavy-ball', second: 'none', biasCorrection: false, decay: 'coupled' },
  defaults: { lr: 0.1, momentum: 0.9, dampening: 0, weightDecay: 0 },
};

/**
 * The named optimizers. In the formulas `g` is the gradient plus `weightDecay * theta` (coupled decay; AdamW alone
 * decouples it), `m` and `v` are the moments, and a hat is bias correction.
 */
export const presets: { readonly [Kind in OptimizerKind]: PresetOf<Kind> } = {
  /** `theta -= lr * g`. Robbins and Monro, 1951. The plain baseline. */
  sgd: {
    rule: { first: 'none', second: 'none', biasCorrection: false, decay: 'coupled' },
    defaults: { lr: 0.1, weightDecay: 0 },
  },

  /**
   * `m = momentum * m + (1 - dampening) * g; theta -= lr * m`. Polyak, 1964; as PyTorch, whose first step is not
   * dampened. The usual choice for convolutional networks, with a schedule for `lr`.
   */
  momentum,

  /**
   * `m = momentum * m + g; theta -= lr * (g + momentum * m)`. Sutskever and others, ICML 2013; as PyTorch.
   * Like momentum, steadier at high momentum.
   */
  nesterov: {
    rule: { first: 'nesterov', second: 'none', biasCorrection: false, decay: 'coupled' },
    defaults: { lr: 0.1, momentum: 0.9, weightDecay: 0 },
  },

  /** `theta -= lr * mhat / (sqrt(vhat) + eps)`. Kingma and Ba, arXiv 1412.6980. Works untuned on most networks. */
  adam,

  /** Adam after `theta *= 1 - lr * weightDecay`. Loshchilov and Hutter, arXiv 1711.05101. Transformers. */
  adamw: {
    rule: { ...adam.rule, decay: 'decoupled' },
    defaults: { ...adam.defaults, weightDecay: 0.01 },
  },

  /**
   * `v = beta2 * v + (1 - beta2) * g^2; theta -= lr * g / (sqrt(v) + eps)`. Hinton, lecture 6e, 2012; defaults of
   * PyTorch. Noisy or non-stationary objectives.
   */
  rmsprop: {
    rule: { first: 'none', second: 'ema', biasCorrection: false, decay: 'coupled' },
    defaults: { lr: 0.01, beta2: 0.99, eps: 1e-8, weightDecay: 0 },
  },

  /**
   * `v += g^2; theta -= lr * g / (sqrt(v) + eps)`. Duchi, Hazan and Singer, JMLR 12, 2011; defaults of PyTorch.
   * Sparse features; its steps only get shorter.
   */
  adagrad: {
    rule: { first: 'none', second: 'sum', biasCorrection: false, decay: 'coupled' },
    defaults: { lr: 0.01, eps: 1e-10, weightDecay: 0 },
  },

  /**
   * Adam over the largest `v` seen so far, bias-corrected as in PyTorch. Reddi, Kale and Kumar, arXiv 1904.09237.
   * Where Adam's steps grow back and it fails to settle.
   */
  amsgrad: { rule: { ...adam.rule, second: 'max' }, defaults: adam.defaults },

  /**
   * `m = beta1 * m + (1 - beta1) * g; theta -= lr * m / (vmax^p + eps)` over the largest `v` seen so far. Chen and others,
   * arXiv 1806.06763, algorithm 1, which does not correct bias; `lr` of its experiments on CIFAR. `eps` is ours: the paper
   * divides by `vmax^p` alone. Between SGD with momentum and AMSGrad, for convolutional networks.
   */
  padam: {
    rule: { first: 'ema', second: 'max', biasCorrection: false, decay: 'coupled' },
    defaults: { ...adam.defaults, lr: 0.1, p: 0.125 },
  },

  /**
   * `theta -= lr * mhat / (vhat^p + eps)`: p = 0 is SGD with averaged gradients, p = 1/2 Adam. arXiv 2405.18498.
   * To trade fitting against generalisation by one number. The paper leaves p to the task: 1/4 is our choice,
   * half-way, and so is `lr`.
   */
  smes: { rule: adam.rule, defaults: { ...adam.defaults, lr: 0.01, p: 0.25 } },

  /**
   * SMES with a cyclic p. arXiv 2509.04713. To widen the frequencies learned in a run. The paper leaves range,
   * shape and period open: these are our choice, and so is `lr`.
   */
  nsf: {
    rule: adam.rule,
    defaults: {
      ...adam.defaults,
      lr: 0.01,
      p: { kind: 'cycle', shape: 'cosine', low: -0.1, high: 0.25, period: 1, unit: 'epochs' },
    },
    only: { p: 'cycle' },
  },

  /**
   * Momentum whose coefficient is switched by the loss: `sparse` after a step below the epoch's mean loss, else
   * `nonSparse`. arXiv 2309.02130. Wide residual networks over many epochs.
   */
  lcam: {
    rule: momentum.rule,
    defaults: {
      lr: 0.1,
      momentum: { kind: 'loss-controlled', sparse: 0.9, nonSparse: 0.95 },
      weightDecay: 5e-4,
    },
    only: { momentum: 'loss-controlled' },
  },
};

/** The preset of a spec, or what stands for one where the spec has a rule of its own. */
export function presetOf(spec: OptimizerSpec): Preset {
  return spec.kind === 'custom' ? { rule: spec.rule, defaults: defaultsOf(spec.rule) } : presets[spec.kind];
}

function defaultsOf({ first, second }: Rule): Preset['defaults'] {
  return {
    lr: 1e-3,
    ...(first === 'heavy-ball' && { momentum: 0.9, dampening: 0 }),
    ...(first === 'nesterov' && { momentum: 0.9 }),
    ...(first === 'ema' && { beta1: 0.9 }),
    ...(second !== 'none' && second !== 'sum' && { beta2: 0.999 }),
    ...(second !== 'none' && { p: 0.5, eps: 1e-8 }),
    weightDecay: 0,
  };
}

/** The names of the presets. */
export const optimizerKinds = Object.keys(presets) as readonly OptimizerKind[];
