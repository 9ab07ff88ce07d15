import { type Check, type Checks, listOf, nonNegative, numberIn, objectWith, optional } from '../checks.js';
import { type SignalTime, type TimeUnit, timeUnit } from './signal-time.js';

/**
 * `initial` until the first milestone, then the value of the latest milestone reached. With `at: 31` and
 * `unit: 'epochs'` the first 31 epochs use the value before.
 */
export interface Multistep {
  readonly kind: 'multistep';
  readonly initial: number;
  readonly milestones: readonly { readonly at: number; readonly value: number }[];
  readonly unit?: TimeUnit;
  readonly note?: string;
}

export const multistepFields = (level: Check): Checks => ({
  initial: level,
  milestones: listOf(objectWith({ at: numberIn(nonNegative), value: level })),
  unit: optional(timeUnit),
});

export function multistepAt({ initial, milestones, unit }: Multistep, moment: SignalTime): number {
  const now = unit === 'epochs' ? moment.epoch : moment.step;
  if (now === undefined)
    throw new RangeError('a multistep signal in epochs needs the epoch: pass it to step');
  let latest = { at: -1, value: initial };
  for (const milestone of milestones) {
    if (milestone.at <= now && milestone.at > latest.at) latest = milestone;
  }
  return latest.value;
}
