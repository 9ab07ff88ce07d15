import type { Cycle } from './signals/cycle.js';
import type { LossControlled } from './signals/loss-controlled.js';
import type { Signal } from './signals/signal.js';

interface Common {
  readonly lr?: Signal;
  readonly weightDecay?: Signal;
  /** Steps in an epoch, for when `step` is told neither `epoch` nor `stepsPerEpoch`. */
  readonly epochLength?: number;
}

interface Moments extends Common {
  /** Decay of the first moment. */
  readonly beta1?: Signal;
  /** Decay of the second moment. */
  readonly beta2?: Signal;
  readonly eps?: Signal;
}

export interface SgdSpec extends Common {
  readonly kind: 'sgd';
}

export interface MomentumSpec extends Common {
  readonly kind: 'momentum';
  readonly momentum?: Signal;
  readonly dampening?: Signal;
}

export interface NesterovSpec extends Common {
  readonly kind: 'nesterov';
  readonly momentum?: Signal;
}

export interface AdamSpec extends Moments {
  readonly kind: 'adam';
}

export interface AdamwSpec extends Moments {
  readonly kind: 'adamw';
}

export interface AmsgradSpec extends Moments {
  readonly kind: 'amsgrad';
}

export interface RmspropSpec extends Common {
  readonly kind: 'rmsprop';
  readonly beta2?: Signal;
  readonly eps?: Signal;
}

export interface AdagradSpec extends Common {
  readonly kind: 'adagrad';
  readonly eps?: Signal;
}

export interface SmesSpec extends Moments {
  readonly kind: 'smes';
  /** Exponent of the second moment, in [-1, 1]. */
  readonly p?: Signal;
}

export interface NsfSpec extends Moments {
  readonly kind: 'nsf';
  /** Exponent of the second moment, in [-1, 1]. */
  readonly p?: Cycle;
}

export interface LcamSpec extends Common {
  readonly kind: 'lcam';
  readonly momentum?: LossControlled;
}

/** An optimizer as plain JSON. Fields left out take the defaults of the preset (see `presets.ts`). */
export type OptimizerSpec =
  | SgdSpec
  | MomentumSpec
  | NesterovSpec
  | AdamSpec
  | AdamwSpec
  | AmsgradSpec
  | RmspropSpec
  | AdagradSpec
  | SmesSpec
  | NsfSpec
  | LcamSpec;

export type OptimizerKind = OptimizerSpec['kind'];
