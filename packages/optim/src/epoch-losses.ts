/** The losses of the epoch under way, as far as loss-controlled signals look back. */
export interface EpochLosses {
  readonly epoch: number;
  readonly sum: number;
  readonly count: number;
  readonly last: number;
}

/** Adds the loss of a step; a new epoch starts afresh. */
export function withLoss(losses: EpochLosses | null, loss: number, epoch: number): EpochLosses {
  const before = losses?.epoch === epoch ? losses : { sum: 0, count: 0 };
  return { epoch, sum: before.sum + loss, count: before.count + 1, last: loss };
}
