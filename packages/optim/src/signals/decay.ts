import { type Check, type Checks, numberIn, optional, positive } from '../checks.js';
import { inSteps, type Moment, type TimeUnit, timeUnit } from './moment.js';

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

export function decayAt({ kind, from, to, duration, unit }: Decay, moment: Moment): number {
  const progress = Math.min(1, moment.step / inSteps(duration, unit, moment));
  const share = kind === 'linear' ? progress : (1 - Math.cos(Math.PI * progress)) / 2;
  return (1 - share) * from + share * to;
}
