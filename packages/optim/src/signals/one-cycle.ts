import { type Check, type Checks, numberIn, oneOf, optional, positive } from '../checks.js';
import { eased } from './decay.js';
import { inSteps, type SignalTime, type TimeUnit, timeUnit } from './signal-time.js';

/**
 * From `initial` to `peak` over the share `rise` of `duration`, then to `final` over the rest of it, then `final`. For a
 * learning rate the peak is the highest value; Smith gives momentum the inverse, a second signal whose peak is its
 * lowest. Source: Smith, arXiv 1803.09820, and PyTorch's `OneCycleLR` for the cosine and the default of `rise`. PyTorch
 * counts to its last step: `total_steps` there is `duration + 1`.
 */
export interface OneCycle {
  readonly kind: 'one-cycle';
  readonly initial: number;
  readonly peak: number;
  readonly final: number;
  readonly duration: number;
  /** Of `duration`. */
  readonly unit?: TimeUnit;
  /** In (0, 1); default 0.3. */
  readonly rise?: number;
  /** Default `cosine`. */
  readonly curve?: 'linear' | 'cosine';
  readonly note?: string;
}

const share = { contains: (value: number) => value > 0 && value < 1, text: 'a number in (0, 1)' };

export const oneCycleFields = (level: Check): Checks => ({
  initial: level,
  peak: level,
  final: level,
  duration: numberIn(positive),
  unit: optional(timeUnit),
  rise: optional(numberIn(share)),
  curve: optional(oneOf(['linear', 'cosine'])),
});

export function oneCycleAt(
  { initial, peak, final, duration, unit, rise = 0.3, curve = 'cosine' }: OneCycle,
  moment: SignalTime,
): number {
  const progress = moment.step / inSteps(duration, unit, moment);
  return progress < rise
    ? eased(curve, initial, peak, progress / rise)
    : eased(curve, peak, final, (progress - rise) / (1 - rise));
}
