import {
  type Check,
  type Checks,
  type Interval,
  isRecord,
  numberIn,
  objectWith,
  oneOf,
  optional,
  text,
} from '../checks.js';
import { OptimizerSpecError } from '../optimizer-spec-error.js';
import { type Constant, constantAt, constantFields } from './constant.js';
import { type Cycle, cycleAt, cycleFields } from './cycle.js';
import { type Decay, decayAt, decayFields } from './decay.js';
import { type Exponential, exponentialAt, exponentialFields } from './exponential.js';
import { type LossControlled, lossControlledAt, lossControlledFields } from './loss-controlled.js';
import type { Moment } from './moment.js';
import { type Multistep, multistepAt, multistepFields } from './multistep.js';
import { type WarmUp, warmUpAt, warmUpFields } from './warm-up.js';

/** A hyperparameter over time: a number, or plain JSON that is evaluated once before each step. */
export type Signal = number | Constant | Multistep | Exponential | Decay | WarmUp | Cycle | LossControlled;

export type SignalKind = NonNullable<Exclude<Signal, number>['kind']>;

const fields: Readonly<Record<SignalKind, (level: Check, signal: Check) => Checks>> = {
  constant: constantFields,
  multistep: multistepFields,
  exponential: exponentialFields,
  linear: decayFields,
  cosine: decayFields,
  'warm-up': warmUpFields,
  cycle: cycleFields,
  'loss-controlled': lossControlledFields,
};

/** The value of a signal. Throws a `RangeError` where it needs an epoch or its length and has none. */
export function signalAt(signal: Signal, moment: Moment): number {
  if (typeof signal === 'number') return signal;
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
    case 'warm-up':
      return warmUpAt(signal, signalAt(signal.signal, moment), moment);
    default:
      return 'shape' in signal ? cycleAt(signal, moment) : lossControlledAt(signal, moment);
  }
}

/** Whether the signal follows the loss of the steps before. */
export function usesLoss(signal: Signal): boolean {
  if (typeof signal === 'number') return false;
  return signal.kind === 'warm-up' ? usesLoss(signal.signal) : 'sparse' in signal;
}

/** A signal all of whose values lie in the interval; of one kind only where `only` says so. */
export function signalIn(interval: Interval, only?: SignalKind): Check {
  const level = numberIn(interval);
  const check: Check = (value, field) => {
    if (typeof value === 'number' && only === undefined) return level(value, field);
    if (!isRecord(value)) throw new OptimizerSpecError(field, value, phrase(interval, only));
    const kind = value.kind ?? only ?? impliedKind(value);
    const kinds = only === undefined ? Object.keys(fields) : [only];
    oneOf(kinds)(kind, `${field}.kind`);
    objectWith({
      kind: optional(oneOf(kinds)),
      ...fields[kind as SignalKind](level, check),
      note: optional(text),
    })(value, field);
  };
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
