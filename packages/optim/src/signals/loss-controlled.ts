import { type Check, type Checks, optional } from '../checks.js';
import type { Moment } from './moment.js';

/**
 * Switched by the loss: after a step whose loss is below the mean of its epoch so far (that step included) the
 * next step uses `sparse`, else `nonSparse`. The mean restarts each epoch, the value in force carries over.
 * `kind` may be left out. Source: LCAM, arXiv 2309.02130.
 */
export interface LossControlled {
  readonly kind?: 'loss-controlled';
  /** At the first step; default `nonSparse`. */
  readonly initial?: number;
  readonly sparse: number;
  readonly nonSparse: number;
  readonly note?: string;
}

export const lossControlledFields = (level: Check): Checks => ({
  initial: optional(level),
  sparse: level,
  nonSparse: level,
});

export function lossControlledAt({ initial, sparse, nonSparse }: LossControlled, moment: Moment): number {
  const { loss, meanLoss } = moment;
  if (loss === undefined || meanLoss === undefined) return initial ?? nonSparse;
  return loss < meanLoss ? sparse : nonSparse;
}
