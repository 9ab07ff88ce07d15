import {
  type Check,
  type Checks,
  finite,
  type Interval,
  isRecord,
  numberIn,
  objectWith,
  oneOf,
  optional,
  text,
} from '../checks.js';
import { OptimizerSpecError } from '../optimizer-spec-error.js';
import { type Chain, chainFields, chainPartAt } from './chain.js';
import { type Constant, constantAt, constantFields } from './constant.js';
import { type CosineRestarts, cosineRestartsAt, cosineRestartsFields } from './cosine-restarts.js';
import { type Cycle, cycleAt, cycleFields } from './cycle.js';
import { type Decay, decayAt, decayFields } from './decay.js';
import { type Exponential, exponentialAt, exponentialFields } from './exponential.js';
import { type LossControlled, lossControlledAt, lossControlledFields } from './loss-controlled.js';
import { type Multistep, multistepAt, multistepFields } from './multistep.js';
import { type OneCycle, oneCycleAt, oneCycleFields } from './one-cycle.js';
import { type Product, productFields } from './product.js';
import type { SignalTime } from './signal-time.js';
import { type WarmUp, warmUpAt, warmUpFields } from './warm-up.js';

/**
 * A hyperparameter over time: a number, plain JSON that is evaluated once before each step, or a function. A spec with a
 * function is no JSON: `createOptimizer` takes it, `validateSpec` and all that writes specs to files or other
 * processes do not. Functions must give the same for the same moment, or a loaded state will not go on as it would have.
 */
export type Signal = number | SignalFunction | DescribedSignal;

/** Gives the value at a moment, whose losses are there if `step` was told them. */
export type SignalFunction = (moment: SignalTime) => number;

type DescribedSignal =
  | Constant
  | Multistep
  | Exponential
  | Decay
  | CosineRestarts
  | OneCycle
  | WarmUp
  | Cycle
  | LossControlled
  | Chain
  | Product;

export type SignalKind = NonNullable<DescribedSignal['kind']>;

const fields: Readonly<Record<SignalKind, (level: Check, signal: Check, factor: Check) => Checks>> = {
  constant: constantFields,
  multistep: multistepFields,
  exponential: exponentialFields,
  linear: decayFields,
  cosine: decayFields,
  'cosine-restarts': cosineRestartsFields,
  'one-cycle': oneCycleFields,
  'warm-up': warmUpFields,
  cycle: cycleFields,
  'loss-controlled': lossControlledFields,
  chain: (_, signal) => chainFields(signal),
  product: (_level, _signal, factor) => productFields(factor),
};

/** The value of a signal. Throws a `RangeError` where it needs an epoch or its length and has none. */
export function signalAt(signal: Signal, moment: SignalTime): number {
  if (typeof signal === 'number') return signal;
  if (typeof signal === 'function') return signal(moment);
  switch (signal.kind) {
    case 'constant':
      return constantAt(signal);
    case 'multistep':
      return multistepAt(signal, moment);
    case 'exponential':
      return exponentialAt(signal, moment);
    case 'linear':
    case 'cosine':
      return decayAt(signal, moment);
    case 'cosine-restarts':
      return cosineRestartsAt(signal, moment);
    case 'one-cycle':
      return oneCycleAt(signal, moment);
    case 'warm-up':
      return warmUpAt(signal, signalAt(signal.signal, moment), moment);
    case 'chain': {
      const part = chainPartAt(signal, moment);
      return signalAt(part.signal, part.moment);
    }
    case 'product':
      return signal.signals.reduce<number>((product, factor) => product * signalAt(factor, moment), 1);
    default:
      return 'shape' in signal ? cycleAt(signal, moment) : lossControlledAt(signal, moment);
  }
}

/** The signal and all that it is made of. */
export function partsOf(signal: Signal): readonly Signal[] {
  return [signal, ...innerSignals(signal).flatMap(partsOf)];
}

function innerSignals(signal: Signal): readonly Signal[] {
  if (typeof signal !== 'object') return [];
  switch (signal.kind) {
    case 'warm-up':
      return [signal.signal];
    case 'chain':
      return signal.parts.map((part) => part.signal);
    case 'product':
      return signal.signals;
    default:
      return [];
  }
}

/** What to let pass as a signal. */
export interface SignalOptions {
  /** The one kind that will do; a number or function will not, then. */
  readonly only?: SignalKind | undefined;
  readonly functions: 'allowed' | 'refused';
}

/** A signal all of whose levels lie in the interval. */
export function signalIn(interval: Interval, options: SignalOptions): Check {
  const { only, functions } = options;
  const level = numberIn(interval);
  const check: Check = (value, field) => {
    if (typeof value === 'number' && only === undefined) return level(value, field);
    if (typeof value === 'function' && only === undefined && functions === 'allowed') return;
    if (!isRecord(value)) throw new OptimizerSpecError(field, value, phrase(interval, only));
    const kind = value.kind ?? only ?? impliedKind(value);
    const kinds = only === undefined ? Object.keys(fields) : [only];
    oneOf(kinds)(kind, `${field}.kind`);
    objectWith({
      kind: optional(oneOf(kinds)),
      ...fields[kind as SignalKind](level, check, factor),
      note: optional(text),
    })(value, field);
  };
  // Made only when called, as it needs one of its own.
  const factor: Check = (value, field) => signalIn(finite, { functions })(value, field);
  return check;
}

function impliedKind(value: Readonly<Record<string, unknown>>): SignalKind | undefined {
  if ('shape' in value) return 'cycle';
  return 'sparse' in value ? 'loss-controlled' : undefined;
}

function phrase(interval: Interval, only?: SignalKind): string {
  return only === undefined
    ? `${interval.text}, or a signal {"kind": ...}`
    : `a ${only} signal with values that are each ${interval.text}`;
}
