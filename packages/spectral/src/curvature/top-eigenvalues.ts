import { requireWhole } from '../checks.js';
import { addScaled, dot } from '../vectors.js';
import type { Product } from './hessian-vector-product.js';
import { type LanczosOptions, lanczos } from './lanczos.js';

/** An eigenvalue, and how far the estimate may be off: there is one within `residual` of it. */
export interface Eigenvalue {
  readonly value: number;
  readonly residual: number;
}

export interface TopEigenvalues {
  /** The largest eigenvalues, falling. */
  readonly top: readonly Eigenvalue[];
  /** Their eigenvectors, orthonormal. */
  readonly vectors: readonly Float64Array[];
  /** The smallest one, negative where the loss curves down. */
  readonly bottom: Eigenvalue;
  /** Products that it took. */
  readonly products: number;
}

/**
 * The `count` largest eigenvalues by {@link lanczos} (as PyHessian does by power iteration, arXiv 1912.07145). An eigenvalue of
 * multiplicity two or more is found once.
 */
export async function topEigenvalues(
  product: Product,
  dimension: number,
  count: number,
  options: LanczosOptions = {},
): Promise<TopEigenvalues> {
  requireWhole('count', count);
  const { values, residuals, vector, basis } = await lanczos(product, dimension, options);
  const indices = values.map((_, i) => i).reverse();
  const own = indices.slice(0, count);
  const at = (i: number): Eigenvalue => ({ value: values[i]!, residual: residuals[i]! });
  return { top: own.map(at), vectors: own.map((i) => vector(i)), bottom: at(0), products: basis.length };
}

/**
 * `|Qᵀ x|² / |x|²`: the share of a vector's energy, such as that of an update, in the space of orthonormal vectors.
 * 0 for a vector of zeros.
 */
export function subspaceShare(vector: ArrayLike<number>, basis: readonly ArrayLike<number>[]): number {
  const rest = Float64Array.from(vector);
  const whole = dot(rest, rest);
  if (whole === 0) return 0;
  for (const direction of basis) addScaled(rest, direction, -dot(rest, direction));
  return Math.max(0, 1 - dot(rest, rest) / whole);
}
