import type { Evaluation } from './types.js';

/** Sums of what an evaluation averages. */
export interface EvaluationSums {
  loss: number;
  correct: number;
  count: number;
}

/**
 * Adds a batch's cross-entropy `log Σ exp(z) - z[label]` and its number of right answers (largest logit; of equal
 * ones the first), computed in double precision from float32 logits `[n, classes]`.
 */
export function addEvaluation(sums: EvaluationSums, logits: Float32Array, labels: ArrayLike<bigint>): void {
  const classes = logits.length / labels.length;
  for (let i = 0; i < labels.length; i++) {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    const label = Number(labels[i]);
    let best = 0;
    for (let c = 1; c < classes; c++) if (row[c]! > row[best]!) best = c;
    const max = row[best]!;
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += Math.exp(row[c]! - max);
    sums.loss += max + Math.log(sum) - row[label]!;
    if (best === label) sums.correct++;
  }
  sums.count += labels.length;
}

/** Mean loss and share of right answers. */
export function toEvaluation({ loss, correct, count }: EvaluationSums): Evaluation {
  return { loss: loss / count, accuracy: correct / count };
}
