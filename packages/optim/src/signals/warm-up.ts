import { type Check, type Checks, numberIn, optional, positive } from '../checks.js';
import type { Signal } from './signal.js';
import { inSteps, type SignalTime, type TimeUnit, timeUnit } from './signal-time.js';

/**
 * Rises from `from` to another signal: the step with number t counted from 1 takes the share
 * `min(1, t / duration)` of the way. The other keeps the clock of the run, so a decay under a warm-up ends on time.
 * Source: Goyal and others, arXiv 1706.02677, section 2.2.
 */
export interface WarmUp {
  readonly kind: 'warm-up';
  readonly duration: number;
  readonly unit?: TimeUnit;
  /** Default 0. */
  readonly from?: number;
  readonly signal: Signal;
  readonly note?: string;
}

export const warmUpFields = (level: Check, signal: Check): Checks => ({
  duration: numberIn(positive),
  unit: optional(timeUnit),
  from: optional(level),
  signal,
});

export function warmUpAt({ duration, unit, from = 0 }: WarmUp, target: number, moment: SignalTime): number {
  const share = Math.min(1, (moment.step + 1) / inSteps(duration, unit, moment));
  return (1 - share) * from + share * target;
}
