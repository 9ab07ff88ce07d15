import type { ParameterGroup } from './parameter-groups.js';
import type { Cycle } from './signals/cycle.js';
import type { LossControlled } from './signals/loss-controlled.js';
import type { Signal } from './signals/signal.js';
import type { Rule } from './update-rule.js';

/** What an optimizer takes besides its hyperparameters `H`. */
interface Options<H> {
  /** Steps in an epoch, for when `step` is told neither `epoch` nor `stepsPerEpoch`. */
  readonly epochLength?: number;
  /** Holds every element of the gradients within `[-clipValue, clipValue]`. As PyTorch's `clip_grad_value_`. */
  readonly clipValue?: number;
  /**
   * Multiplies all gradients by `min(1, clipNorm / (norm + 1e-6))`, where `norm` is the Euclidean norm over all
   * parameters that are not frozen, after `clipValue`. As PyTorch's `clip_grad_norm_`.
   */
  readonly clipNorm?: number;
  /**
   * What `step` does at a gradient that is NaN or infinite: `stop` (default) throws a `NonFiniteGradientError`, `skip`
   * changes nothing but `skippedSteps`.
   */
  readonly nonFinite?: NonFinitePolicy;
  /** Parameters with hyperparameters of their own; the first group that matches a name has it. */
  readonly groups?: readonly (ParameterGroup & H)[];
}

/** What an optimizer takes besides its hyperparameters where these include p. */
interface SpectralOptions<H> extends Options<H> {
  /**
   * `raw` (default): the step as published. `matched`: the direction of every parameter, `d_p = mhat / (vhat^p + eps)`,
   * is multiplied by `|d_1/2| / |d_p|`, so that p shapes the step within the parameter and its length is that of p = 1/2.
   */
  readonly gain?: Gain;
}

export type NonFinitePolicy = 'stop' | 'skip';
export type Gain = 'raw' | 'matched';

interface Common {
  readonly lr?: Signal;
  readonly weightDecay?: Signal;
}

interface WithDampening extends Common {
  readonly momentum?: Signal;
  readonly dampening?: Signal;
}

interface WithMomentum extends Common {
  readonly momentum?: Signal;
}

interface WithSwitchedMomentum extends Common {
  readonly momentum?: LossControlled;
}

interface WithSum extends Common {
  readonly eps?: Signal;
}

interface WithSecondMoment extends WithSum {
  /** Decay of the second moment. */
  readonly beta2?: Signal;
}

interface WithMoments extends WithSecondMoment {
  /** Decay of the first moment. */
  readonly beta1?: Signal;
}

interface WithExponent extends WithMoments {
  /** Exponent of the second moment, in [-1, 1]. */
  readonly p?: Signal;
}

interface WithCyclicExponent extends WithMoments {
  /** Exponent of the second moment, in [-1, 1]. */
  readonly p?: Cycle;
}

export interface SgdSpec extends Common, Options<Common> {
  readonly kind: 'sgd';
}

export interface MomentumSpec extends WithDampening, Options<WithDampening> {
  readonly kind: 'momentum';
}

export interface NesterovSpec extends WithMomentum, Options<WithMomentum> {
  readonly kind: 'nesterov';
}

export interface AdamSpec extends WithMoments, Options<WithMoments> {
  readonly kind: 'adam';
}

export interface AdamwSpec extends WithMoments, Options<WithMoments> {
  readonly kind: 'adamw';
}

export interface AmsgradSpec extends WithMoments, Options<WithMoments> {
  readonly kind: 'amsgrad';
}

export interface RmspropSpec extends WithSecondMoment, Options<WithSecondMoment> {
  readonly kind: 'rmsprop';
}

export interface AdagradSpec extends WithSum, Options<WithSum> {
  readonly kind: 'adagrad';
}

export interface PadamSpec extends WithExponent, SpectralOptions<WithExponent> {
  readonly kind: 'padam';
}

export interface SmesSpec extends WithExponent, SpectralOptions<WithExponent> {
  readonly kind: 'smes';
}

export interface NsfSpec extends WithCyclicExponent, SpectralOptions<WithCyclicExponent> {
  readonly kind: 'nsf';
}

export interface LcamSpec extends WithSwitchedMomentum, Options<WithSwitchedMomentum> {
  readonly kind: 'lcam';
}

interface WithAll extends WithExponent, WithDampening {}

/**
 * Any other member of the family. It takes the hyperparameters that its rule uses: `momentum` and `dampening` of a
 * heavy ball, `momentum` of Nesterov's, `beta1` of a mean; `p` and `eps` with a second moment, and `beta2` unless it is a sum.
 */
export interface CustomSpec extends WithAll, SpectralOptions<WithAll> {
  readonly kind: 'custom';
  readonly rule: Rule;
}

/** A named optimizer. */
export type PresetSpec =
  | SgdSpec
  | MomentumSpec
  | NesterovSpec
  | AdamSpec
  | AdamwSpec
  | AmsgradSpec
  | RmspropSpec
  | AdagradSpec
  | PadamSpec
  | SmesSpec
  | NsfSpec
  | LcamSpec;

/** An optimizer as plain JSON. Fields left out take the defaults of the preset (see `presets.ts`). */
export type OptimizerSpec = PresetSpec | CustomSpec;

/** The name of a preset. */
export type OptimizerKind = PresetSpec['kind'];
