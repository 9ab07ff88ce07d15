import { type Check, type Checks, numberIn, optional, positive } from '../checks.js';
import { eased } from './decay.js';
import { inSteps, type SignalTime, type TimeUnit, timeUnit } from './signal-time.js';

/**
 * From `from` to `to` along half a cosine over `period`, then again from `from` over a period `multiplier` times as
 * long, and so on. Source: SGDR, Loshchilov and Hutter, arXiv 1608.03983, equation 5.
 */
export interface CosineRestarts {
  readonly kind: 'cosine-restarts';
  readonly from: number;
  readonly to: number;
  /** Length of the first period. */
  readonly period: number;
  /** At least 1; default 1. */
  readonly multiplier?: number;
  /** Of `period`. */
  readonly unit?: TimeUnit;
  readonly note?: string;
}

const atLeastOne = { contains: (value: number) => value >= 1 && value < Infinity, text: 'a number >= 1' };

export const cosineRestartsFields = (level: Check): Checks => ({
  from: level,
  to: level,
  period: numberIn(positive),
  multiplier: optional(numberIn(atLeastOne)),
  unit: optional(timeUnit),
});

export function cosineRestartsAt(
  { from, to, period, multiplier = 1, unit }: CosineRestarts,
  moment: SignalTime,
): number {
  let length = inSteps(period, unit, moment);
  let step = moment.step;
  if (multiplier === 1) step %= length;
  for (; step >= length; length *= multiplier) step -= length;
  return eased('cosine', from, to, step / length);
}
