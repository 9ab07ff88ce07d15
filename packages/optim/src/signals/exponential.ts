import { type Check, type Checks, nonNegative, numberIn, optional } from '../checks.js';
import { inSteps, type SignalTime, type TimeUnit, timeUnit } from './signal-time.js';

/**
 * `initial` before `from` (default 0); from then on multiplied by `factor` before every step:
 * `initial * factor^(step - from + 1)`. Source: LCAM, arXiv 2309.02130, figure 5.
 */
export interface Exponential {
  readonly kind: 'exponential';
  readonly initial: number;
  /** In (0, 1]. */
  readonly factor: number;
  readonly from?: number;
  /** Of `from`; `factor` is always per step. */
  readonly unit?: TimeUnit;
  readonly note?: string;
}

const decayFactor = { contains: (value: number) => value > 0 && value <= 1, text: 'a number in (0, 1]' };

export const exponentialFields = (level: Check): Checks => ({
  initial: level,
  factor: numberIn(decayFactor),
  from: optional(numberIn(nonNegative)),
  unit: optional(timeUnit),
});

export function exponentialAt({ initial, factor, from = 0, unit }: Exponential, moment: SignalTime): number {
  const start = Math.ceil(inSteps(from, unit, moment));
  return initial * factor ** Math.max(0, moment.step - start + 1);
}
