import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import ranksOf from '@stdlib/stats-ranks';

/** Whether values fall from one treatment to the next, block by block. */
export interface PageTrend {
  /** `Σ_j j R_j`, with `R_j` the sum over blocks of the rank of treatment j within its block. */
  readonly l: number;
  readonly z: number;
  /** One-sided, of a trend upwards. */
  readonly p: number;
}

/**
 * Page's test of an ordered alternative (E. B. Page, "Ordered hypotheses for multiple treatments", JASA 58, 1963), that
 * values rise with the treatment: `z = (12 L - 3 n k (k + 1)²) / √(n k² (k² - 1) (k + 1))`, normal for many blocks; ties have their
 * mean rank, which makes the test a little conservative.
 * @param blocks one list a block, such as a seed, of a value for each of k >= 3 treatments in order
 * @returns nothing for less than two blocks
 */
export function pageTrend(blocks: readonly (readonly number[])[]): PageTrend | null {
  const n = blocks.length;
  const k = blocks[0]?.length ?? 0;
  if (n < 2 || k < 3) return null;
  const l = blocks.reduce(
    (sum, block) => sum + ranksOf([...block]).reduce((own, rank, j) => own + (j + 1) * rank, 0),
    0,
  );
  const z = (12 * l - 3 * n * k * (k + 1) ** 2) / Math.sqrt(n * k ** 2 * (k ** 2 - 1) * (k + 1));
  return { l, z, p: 1 - normalCdf(z, 0, 1) };
}
