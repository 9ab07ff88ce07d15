import ranksOf from '@stdlib/stats-ranks';
import wilcoxon from '@stdlib/stats-wilcoxon';

/** Up to as many differences the distribution is counted out. */
const exactUpTo = 50;

/**
 * The p-value of Wilcoxon's two-sided signed-rank test that paired differences are symmetric about zero.
 *
 * - Zeros are left out and count no longer (Wilcoxon, 1945; SciPy's `zero_method="wilcox"`). With nothing left, p is 1.
 * - Up to 50 differences p is exact. Ties have their mean rank, and the exact distribution is then the one over all
 *   `2^n` signs of these ranks (Pratt and Gibbons, "Concepts of Nonparametric Theory", 1981, chapter 3): the normal
 *   approximation would claim a p for five equal differences that five seeds cannot give.
 * - Above that, normal with correction for ties and continuity.
 *
 * None for less than two differences.
 */
export function signedRankTest(differences: readonly number[]): number | null {
  if (differences.length < 2) return null;
  const values = differences.filter((value) => value !== 0);
  if (values.length === 0) return 1;
  const ranks = ranksOf(values.map(Math.abs));
  const tied = new Set(ranks).size < ranks.length;
  if (values.length === 1 || (tied && values.length <= exactUpTo)) return exactTest(values, ranks);
  return Math.min(1, wilcoxon([...values]).pValue);
}

/** Counts how many of the `2^n` equally likely signs have a rank sum at least as far from the middle. */
function exactTest(values: readonly number[], ranks: readonly number[]): number {
  // Mean ranks are halves: twice a rank is whole.
  const whole = ranks.map((rank) => Math.round(2 * rank));
  const total = whole.reduce((sum, rank) => sum + rank, 0);
  let counts: readonly number[] = [1, ...Array.from({ length: total }, () => 0)];
  for (const rank of whole) counts = counts.map((count, sum) => count + (counts[sum - rank] ?? 0));
  const positive = whole.reduce((sum, rank, i) => sum + (values[i]! > 0 ? rank : 0), 0);
  const smaller = Math.min(positive, total - positive);
  const tail = counts.slice(0, smaller + 1).reduce((sum, count) => sum + count, 0);
  return Math.min(1, (2 * tail) / 2 ** values.length);
}
