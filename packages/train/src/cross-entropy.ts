/**
 * The sum over all labels of the cross-entropy `log Σ exp(z) - z[label]`, computed in double precision from float32 logits
 * `[labels.length, classes]`.
 */
export function crossEntropySum(logits: Float32Array, labels: ArrayLike<bigint>): number {
  let total = 0;
  eachRow(logits, labels, (row, label, best) => {
    const max = row[best]!;
    let sum = 0;
    for (let c = 0; c < row.length; c++) sum += Math.exp(row[c]! - max);
    total += max + Math.log(sum) - row[label]!;
  });
  return total;
}

/** How many labels have the largest of their logits; of equal ones the first counts. */
export function correctCount(logits: Float32Array, labels: ArrayLike<bigint>): number {
  let correct = 0;
  eachRow(logits, labels, (_, label, best) => {
    if (best === label) correct++;
  });
  return correct;
}

function eachRow(
  logits: Float32Array,
  labels: ArrayLike<bigint>,
  visit: (row: Float32Array, label: number, best: number) => void,
): void {
  const classes = logits.length / labels.length;
  for (let i = 0; i < labels.length; i++) {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    let best = 0;
    for (let c = 1; c < classes; c++) if (row[c]! > row[best]!) best = c;
    visit(row, Number(labels[i]), best);
  }
}
