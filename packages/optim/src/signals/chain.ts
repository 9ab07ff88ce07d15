import { type Check, type Checks, listOf, numberIn, objectWith, optional, positive } from '../checks.js';
import { OptimizerSpecError } from '../optimizer-spec-error.js';
import type { Signal } from './signal.js';
import { inSteps, type SignalTime, type TimeUnit, timeUnit } from './signal-time.js';

/**
 * One signal after another. Each has a clock of its own that starts at 0 when the one before has had its `duration`;
 * losses are those of the run. The last goes on for ever, so only it may leave out `duration`.
 */
export interface Chain {
  readonly kind: 'chain';
  readonly parts: readonly ChainPart[];
  readonly note?: string;
}

export interface ChainPart {
  readonly signal: Signal;
  /** Rounded up to whole steps. */
  readonly duration?: number;
  /** Of `duration`. */
  readonly unit?: TimeUnit;
}

export const chainFields = (signal: Check): Checks => ({
  parts: (value, field) => {
    listOf(objectWith({ signal, duration: optional(numberIn(positive)), unit: optional(timeUnit) }))(
      value,
      field,
    );
    (value as readonly ChainPart[]).slice(0, -1).forEach(({ duration }, i) => {
      if (duration === undefined) {
        throw new OptimizerSpecError(
          `${field}[${i}].duration`,
          duration,
          `${positive.text}, but for the last part`,
        );
      }
    });
  },
});

/** The part in force, and the moment by its own clock. */
export function chainPartAt({ parts }: Chain, moment: SignalTime): { signal: Signal; moment: SignalTime } {
  const { stepsPerEpoch } = moment;
  let step = moment.step;
  for (const { signal, duration = Infinity, unit } of parts.slice(0, -1)) {
    const length = Math.ceil(inSteps(duration, unit, moment));
    if (step < length) return { signal, moment: local(step) };
    step -= length;
  }
  return { signal: parts.at(-1)!.signal, moment: local(step) };

  function local(own: number): SignalTime {
    if (own === moment.step) return moment;
    return { ...moment, step: own, epoch: stepsPerEpoch && Math.floor(own / stepsPerEpoch) };
  }
}
