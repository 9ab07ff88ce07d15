import {
  belowOne,
  type Check,
  type Checks,
  isRecord,
  numberIn,
  objectWith,
  oneOf,
  optional,
} from '../checks.js';
import { OptimizerSpecError } from '../optimizer-spec-error.js';
import type { SignalTime } from './signal-time.js';

/**
 * Switched by the loss: after a step whose loss is below the mean over `window` (that step included) the next step
 * uses `sparse`, else `nonSparse`. `kind` may be left out. Source: LCAM, arXiv 2309.02130, where the window is the epoch so
 * far; the mean restarts each epoch, the value in force carries over. The other windows are ours.
 */
export interface LossControlled {
  readonly kind?: 'loss-controlled';
  /** At the first step; default `nonSparse`. */
  readonly initial?: number;
  readonly sparse: number;
  readonly nonSparse: number;
  /** Default `epoch`. */
  readonly window?: LossWindow;
  readonly note?: string;
}

/**
 * What losses to take the mean of: `epoch`, those of the epoch so far; `ema`, all so far, each weighing `decay` times
 * the one after it; `last`, those of the last `steps` steps, or of all where there are fewer.
 */
export type LossWindow =
  | 'epoch'
  | { readonly kind: 'ema'; readonly decay: number }
  | { readonly kind: 'last'; readonly steps: number };

const count = {
  contains: (value: number) => Number.isSafeInteger(value) && value > 0,
  text: 'a whole number > 0',
};

const lossWindow: Check = (value, field) => {
  if (value === 'epoch') return;
  if (!isRecord(value)) {
    throw new OptimizerSpecError(
      field,
      value,
      '"epoch", {"kind": "ema", "decay": ...} or {"kind": "last", "steps": ...}',
    );
  }
  const kind = oneOf(['ema', 'last']);
  kind(value.kind, `${field}.kind`);
  objectWith({
    kind,
    ...(value.kind === 'ema' ? { decay: numberIn(belowOne) } : { steps: numberIn(count) }),
  })(value, field);
};

export const lossControlledFields = (level: Check): Checks => ({
  initial: optional(level),
  sparse: level,
  nonSparse: level,
  window: optional(lossWindow),
});

export function lossControlledAt(
  { initial, sparse, nonSparse, window = 'epoch' }: LossControlled,
  moment: SignalTime,
): number {
  const { loss } = moment;
  const mean = window === 'epoch' ? moment.meanLoss : moment.meanLosses?.[windowName(window)];
  if (loss === undefined || mean === undefined) return initial ?? nonSparse;
  return loss < mean ? sparse : nonSparse;
}

/** The name of a window in state and {@link SignalTime}: `epoch`, `ema 0.9`, `last 20`. */
export function windowName(window: LossWindow): string {
  if (window === 'epoch') return window;
  return window.kind === 'ema' ? `ema ${window.decay}` : `last ${window.steps}`;
}
