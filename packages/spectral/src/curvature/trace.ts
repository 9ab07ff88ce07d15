import { requireWhole } from '../checks.js';
import { seededRandom } from '../random.js';
import { dot } from '../vectors.js';
import type { Product } from './hessian-vector-product.js';

export interface Trace {
  readonly trace: number;
  /** Standard error of the mean over the probes; `null` for one probe. */
  readonly error: number | null;
}

/**
 * Hutchinson's estimate of the trace (1990; arXiv 1912.07145): the mean of `zᵀ A z` over vectors z of independent signs. Exact for a
 * diagonal matrix. One product a probe.
 */
export async function trace(
  product: Product,
  dimension: number,
  { probes = 16, seed = 0 }: { readonly probes?: number; readonly seed?: number } = {},
): Promise<Trace> {
  requireWhole('probes', probes);
  const random = seededRandom(seed);
  const values: number[] = [];
  for (let probe = 0; probe < probes; probe++) {
    const z = Float64Array.from({ length: dimension }, () => random.sign());
    values.push(dot(z, await product(z)));
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / probes;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { trace: mean, error: probes > 1 ? Math.sqrt(squares / (probes - 1) / probes) : null };
}
