import { compare, type Difference } from '../statistics/comparison.js';
import {
  cyclicLabel,
  exponents,
  exponentsInCycle,
  fixedLabel,
  type Gain,
  gains,
} from './claim-experiments.js';
import { type Estimate, estimate } from './estimate.js';
import { bySeed, type MeasuredRun, paired } from './measured-runs.js';
import { type Outcome, type Verdict, verdictOf } from './verdict.js';

/** One way of moving p, or of holding it. */
export interface CoverageRow {
  readonly optimizer: string;
  readonly coverage: Estimate | null;
  readonly learned: Estimate | null;
  /** Of the cyclic p to it, where it is a fixed one in the cycle. */
  readonly difference: Difference | null;
}

export interface CoverageCell {
  readonly gain: Gain;
  readonly rows: readonly CoverageRow[];
  readonly outcome: Outcome;
}

/**
 * C2. Coverage is that of `coverage` in measures.ts. At a gain the claim holds where the cyclic p covers more than every fixed one that
 * its cycle passes through (intervals of paired differences, corrected for their number, above 0), and fails where
 * one of them covers as much or more on the mean. It is supported where it holds at both gains, and not where it fails at both.
 */
export function judgeWiderCoverage(runs: readonly MeasuredRun[]): {
  readonly cells: readonly CoverageCell[];
  readonly verdict: Verdict;
} {
  const cells = gains.map((gain): CoverageCell => {
    const cyclic = bySeed(runs, cyclicLabel(gain), 'coverage');
    const labels = exponentsInCycle.map((p) => fixedLabel(p, gain));
    const differences = compare(
      labels.map((label) => paired(cyclic, bySeed(runs, label, 'coverage'))),
      true,
    );
    const row = (optimizer: string): CoverageRow => ({
      optimizer,
      coverage: estimate(bySeed(runs, optimizer, 'coverage').values()),
      learned: estimate(bySeed(runs, optimizer, 'learned').values()),
      difference: differences[labels.indexOf(optimizer)] ?? null,
    });
    const outcome = differences.every((difference) => difference?.verdict === 'better')
      ? 'holds'
      : differences.every((difference) => difference !== null && difference.mean > 0)
        ? 'partly'
        : 'fails';
    return {
      gain,
      rows: [cyclicLabel(gain), ...exponents.map((p) => fixedLabel(p, gain))].map(row),
      outcome,
    };
  });
  return { cells, verdict: verdictOf(cells.map(({ outcome }) => outcome)) };
}
