import adjustP from '@stdlib/stats-padjust';
import { mean } from 'simple-statistics';
import { bootstrapInterval } from './bootstrap.js';
import { areEqual, type Interval, sideOfZero } from './interval.js';
import { signedRankTest } from './signed-rank.js';
import { studentInterval, studentTest } from './student.js';

/** Of every interval, and one minus the level of every test. */
export const confidence = 0.95;

/** A p-value as it is, and adjusted by Holm for all comparisons with the baseline. */
export interface TestResult {
  readonly p: number;
  readonly holm: number;
}

/** What the differences of one optimizer to the baseline, seed by seed, say. Null where there are too few pairs to say it. */
export interface Difference {
  /** Seeds that both have completed. */
  readonly pairs: number;
  readonly mean: number;
  /** Student's 95 % interval, for this comparison alone. */
  readonly low: number | null;
  readonly high: number | null;
  /** The BCa bootstrap's 95 % interval, for this comparison alone. */
  readonly bootstrap: Interval | null;
  /**
   * Student's interval corrected for the number of comparisons: together, all of them contain the true differences in at least
   * 95 % of experiments.
   */
  readonly corrected: Interval | null;
  /** Student's paired test. */
  readonly tTest: TestResult | null;
  /** Wilcoxon's signed-rank test. */
  readonly wilcoxon: TestResult | null;
  /** Where the corrected interval excludes zero; nothing elsewhere, and where the differences are all equal. */
  readonly verdict: 'better' | 'worse' | null;
}

/**
 * Compares several optimizers with one baseline, by their paired differences (optimizer minus baseline).
 *
 * Intervals are corrected by Bonferroni: Student's at level `1 - 0.05 / k` for `k` comparisons (Dunn, "Multiple comparisons
 * among means", JASA 56, 1961). They hold together however the comparisons depend on each other, which they do as they share
 * the baseline; so the chance that any `better` or `worse` in a table is wrong is at most 5 %. P-values are adjusted
 * by Holm ("A simple sequentially rejective multiple test procedure", Scand. J. Stat. 6, 1979), which rejects
 * whatever Bonferroni rejects and at times more: a verdict implies a Holm-adjusted p of the t-test below 0.05, not the reverse.
 *
 * Every planned comparison counts in `k`, also one that has too few pairs to be made.
 */
export function compare(
  differences: readonly (readonly number[])[],
  higherIsBetter: boolean,
): readonly (Difference | null)[] {
  const samples = differences.map((values) => values.map(rounded));
  const k = samples.length;
  const tTests = holm(samples.map(studentTest), k);
  const wilcoxons = holm(samples.map(signedRankTest), k);
  return samples.map((values, i) => {
    if (values.length === 0) return null;
    const alone = studentInterval(values, confidence);
    const corrected = studentInterval(values, 1 - (1 - confidence) / k);
    return {
      pairs: values.length,
      mean: mean([...values]),
      low: alone?.low ?? null,
      high: alone?.high ?? null,
      bootstrap: bootstrapInterval(values, confidence),
      corrected,
      tTest: tTests[i]!,
      wilcoxon: wilcoxons[i]!,
      verdict: corrected && !areEqual(values) ? verdictOf(corrected, higherIsBetter) : null,
    };
  });
}

function holm(ps: readonly (number | null)[], k: number): readonly (TestResult | null)[] {
  const known = ps.filter((p) => p !== null);
  const adjusted = known.length > 0 ? adjustP(known, 'holm', k) : [];
  let next = 0;
  return ps.map((p) => (p === null ? null : { p, holm: adjusted[next++]! }));
}

function verdictOf(corrected: Interval, higherIsBetter: boolean): 'better' | 'worse' | null {
  const side = sideOfZero(corrected);
  if (side === 0) return null;
  return side > 0 === higherIsBetter ? 'better' : 'worse';
}

/** Accuracies are whole numbers of examples: differences that are equal must not be told apart by their rounding. */
function rounded(difference: number): number {
  return Number(difference.toFixed(12));
}
