import { type Check, type Checks, numberIn, optional, positive } from '../checks.js';
import { inSteps, type SignalTime, type TimeUnit, timeUnit } from './signal-time.js';

/**
 * From `from` to `to` over `duration`, then `to`; along a straight line, or along half a cosine
 * (Loshchilov and Hutter, arXiv 1608.03983, without restarts).
 */
export interface Decay {
  readonly kind: 'linear' | 'cosine';
  readonly from: number;
  readonly to: number;
  readonly duration: number;
  readonly unit?: TimeUnit;
  readonly note?: string;
}

export const decayFields = (level: Check): Checks => ({
  from: level,
  to: level,
  duration: numberIn(positive),
  unit: optional(timeUnit),
});

export function decayAt({ kind, from, to, duration, unit }: Decay, moment: SignalTime): number {
  return eased(kind, from, to, moment.step / inSteps(duration, unit, moment));
}

/** Between `from`, at progress 0, and `to`, at progress 1 and after. */
export function eased(curve: 'linear' | 'cosine', from: number, to: number, progress: number): number {
  const linear = Math.min(1, progress);
  const share = curve === 'linear' ? linear : (1 - Math.cos(Math.PI * linear)) / 2;
  return (1 - share) * from + share * to;
}
