import { oneOf } from '../checks.js';

/** What a signal is evaluated from, once before each step. */
export interface SignalTime {
  /** Steps done before this one, so the first step is 0. */
  readonly step: number;
  /** Epochs finished before this one, so the first epoch is 0. */
  readonly epoch?: number | undefined;
  readonly stepsPerEpoch?: number | undefined;
  /** Loss of the last step; absent before the first. */
  readonly loss?: number | undefined;
  /** Mean loss of the last step's epoch up to and including that step. */
  readonly meanLoss?: number | undefined;
  /** Mean losses over the other windows of loss-controlled signals, by name: `ema 0.9`, `last 20`. */
  readonly meanLosses?: Readonly<Record<string, number>> | undefined;
}

/**
 * What `at`, `from`, `duration` and `period` of a signal count: `steps`, everywhere the default, or `epochs`, which are
 * turned into steps by `stepsPerEpoch`. It holds for the lengths beside it and is not handed down to inner signals.
 */
export type TimeUnit = 'steps' | 'epochs';

export const timeUnit = oneOf(['steps', 'epochs'] satisfies TimeUnit[]);

/** A length of time in steps. Throws a `RangeError` for epochs of unknown length. */
export function inSteps(length: number, unit: TimeUnit | undefined, { stepsPerEpoch }: SignalTime): number {
  if (unit !== 'epochs') return length;
  if (stepsPerEpoch === undefined) {
    throw new RangeError(
      'a signal in epochs needs to know their length: pass stepsPerEpoch to step, or set epochLength',
    );
  }
  return length * stepsPerEpoch;
}
