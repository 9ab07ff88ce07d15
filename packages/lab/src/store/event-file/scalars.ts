import type { MetricLine } from '../metrics.js';

/** The curves that a line has a point of, by TensorBoard's tags; those of hyperparameters that are absent are left out. */
export function scalarsOf(line: MetricLine): Readonly<Record<string, number>> {
  switch (line.kind) {
    case 'step': {
      const { loss, lr, momentum, p } = line;
      return {
        'train/loss': loss,
        lr,
        ...(momentum !== undefined && { momentum }),
        ...(p !== undefined && { p }),
      };
    }
    case 'epoch':
      return {
        'test/loss': line.testLoss,
        ...(line.testAccuracy !== undefined && { 'test/accuracy': line.testAccuracy }),
      };
    default:
      return {};
  }
}
