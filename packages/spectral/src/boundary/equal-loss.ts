import { requireWhole } from '../checks.js';

/** A training at one time, such as the end of an epoch. */
export interface LossAccuracy {
  readonly loss: number;
  readonly accuracy: number;
}

/**
 * The accuracy at the first time that the loss comes down to `loss`, interpolated along the line between the two points
 * around it; `null` where it never does or was below from the start.
 * @param curve in order of time
 */
export function accuracyAtLoss(curve: readonly LossAccuracy[], loss: number): number | null {
  for (let i = 0; i < curve.length; i++) {
    const { loss: reached, accuracy } = curve[i]!;
    if (!(reached <= loss)) continue;
    if (reached === loss) return accuracy;
    const before = curve[i - 1];
    if (!before) return null;
    const share = (before.loss - loss) / (before.loss - reached);
    return before.accuracy + share * (accuracy - before.accuracy);
  }
  return null;
}

export interface EqualLossPoint {
  readonly loss: number;
  /** Accuracies of the first and of the second training. */
  readonly a: number;
  readonly b: number;
}

/**
 * Accuracies of two trainings at equal losses: `count` losses, evenly spaced over those that both come down to. What an
 * optimizer gains at equal loss is `b - a`. Empty where the curves have no loss in common.
 */
export function accuracyAtEqualLoss(
  a: readonly LossAccuracy[],
  b: readonly LossAccuracy[],
  count = 20,
): EqualLossPoint[] {
  requireWhole('count', count, 2);
  const finite = [a, b].map((curve) => curve.map(({ loss }) => loss).filter(Number.isFinite));
  if (finite.some((losses) => losses.length === 0)) return [];
  const high = Math.min(...finite.map((losses) => losses[0]!));
  const low = Math.max(...finite.map((losses) => losses.reduce((x, y) => Math.min(x, y))));
  if (low > high) return [];
  return Array.from({ length: count }, (_, i) => high - ((high - low) * i) / (count - 1)).flatMap((loss) => {
    const own = accuracyAtLoss(a, loss);
    const other = accuracyAtLoss(b, loss);
    return own === null || other === null ? [] : [{ loss, a: own, b: other }];
  });
}
