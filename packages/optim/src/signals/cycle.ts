import { belowOne, type Check, type Checks, numberIn, oneOf, optional, positive } from '../checks.js';
import { inSteps, type SignalTime, type TimeUnit, timeUnit } from './signal-time.js';

/** Height in [0, 1] at a share of the period in [0, 1). */
const shapes = {
  triangle: (share: number) => 1 - Math.abs(1 - 2 * share),
  cosine: (share: number) => (1 - Math.cos(2 * Math.PI * share)) / 2,
  saw: (share: number) => share,
  square: (share: number) => (share < 0.5 ? 0 : 1),
};

/**
 * Between `low` and `high` for ever, from `low` on. `triangle` and `cosine` are at `high` after half a period; `saw` rises all
 * through the period and falls at its end; `square` is at `low` for the first half and at `high` for the second.
 * `kind` may be left out where `shape` is given.
 */
export interface Cycle {
  readonly kind?: 'cycle';
  readonly shape: keyof typeof shapes;
  readonly low: number;
  readonly high: number;
  readonly period: number;
  readonly unit?: TimeUnit;
  /** Where in the period to start, in [0, 1); default 0, at `low`. */
  readonly phase?: number;
  readonly note?: string;
}

export const cycleFields = (level: Check): Checks => ({
  shape: oneOf(Object.keys(shapes)),
  low: level,
  high: level,
  period: numberIn(positive),
  unit: optional(timeUnit),
  phase: optional(numberIn(belowOne)),
});

export function cycleAt({ shape, low, high, period, unit, phase = 0 }: Cycle, moment: SignalTime): number {
  const share = (moment.step / inSteps(period, unit, moment) + phase) % 1;
  const height = shapes[shape](share);
  return (1 - height) * low + height * high;
}
