import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { requireFinite, requireLength, requireWhole } from '../checks.js';
import { seededRandom } from '../random.js';
import { addScaled, dot, norm, randomUnit } from '../vectors.js';
import type { Product } from './hessian-vector-product.js';

export interface LanczosOptions {
  /** Products to make at most: one a step. Default 30. */
  readonly steps?: number;
  /** Of the random start. */
  readonly seed?: number;
  /** Where to start instead; need not be of length 1. */
  readonly start?: ArrayLike<number>;
}

/** `A Q = Q T + beta_m q_{m+1} e_mᵀ`: a symmetric matrix on the space that it spans of one vector. */
export interface Lanczos {
  /** Orthonormal columns of Q, one a step. */
  readonly basis: readonly Float64Array[];
  /** Eigenvalues of T (Ritz values), rising. */
  readonly values: readonly number[];
  /** `|A y - value y|` of the Ritz vector y of each value, so each is within that of an eigenvalue of A. */
  readonly residuals: readonly number[];
  /** Squared first component of each eigenvector of T: weights of a quadrature over the spectrum, which add up to 1. */
  readonly weights: readonly number[];
  /** The Ritz vector of a value, by its index, of length 1. */
  vector(index: number): Float64Array;
}

/**
 * Lanczos' method with full reorthogonalisation, twice over, so that rounding brings no copies of eigenvalues. Takes
 * `steps * dimension` numbers of memory; ends early where the space is exhausted.
 * @throws RangeError for a start that is zero, or a product that is not finite
 */
export async function lanczos(
  product: Product,
  dimension: number,
  { steps = 30, seed = 0, start }: LanczosOptions = {},
): Promise<Lanczos> {
  requireWhole('dimension', dimension);
  requireWhole('steps', steps);
  let next = startVector(dimension, seed, start);
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const offDiagonal: number[] = [];
  let rest = 0;
  let scale = 0;
  while (basis.length < Math.min(steps, dimension)) {
    basis.push(next);
    const image = Float64Array.from(await product(next));
    requireFinite('the product', image);
    scale = Math.max(scale, norm(image));
    diagonal.push(dot(image, next));
    for (let pass = 0; pass < 2; pass++)
      for (const vector of basis) addScaled(image, vector, -dot(image, vector));
    rest = norm(image);
    if (rest <= 1e-12 * scale) break;
    offDiagonal.push(rest);
    next = image.map((value) => value / rest);
  }
  return decompose(basis, diagonal, offDiagonal, rest);
}

function startVector(dimension: number, seed: number, start?: ArrayLike<number>): Float64Array {
  if (!start) return randomUnit(dimension, seededRandom(seed));
  requireLength('start', start, dimension);
  const size = norm(start);
  if (!(size > 0)) throw new RangeError('start is zero');
  return Float64Array.from(start, (value) => value / size);
}

function decompose(
  basis: readonly Float64Array[],
  diagonal: readonly number[],
  offDiagonal: readonly number[],
  rest: number,
): Lanczos {
  const m = basis.length;
  const t = Matrix.zeros(m, m);
  diagonal.forEach((value, i) => {
    t.set(i, i, value);
  });
  for (let i = 0; i + 1 < m; i++) {
    t.set(i, i + 1, offDiagonal[i]!);
    t.set(i + 1, i, offDiagonal[i]!);
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(t, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[a]! - realEigenvalues[b]!);
  return {
    basis,
    values: order.map((i) => realEigenvalues[i]!),
    residuals: order.map((i) => Math.abs(rest * eigenvectorMatrix.get(m - 1, i))),
    weights: order.map((i) => eigenvectorMatrix.get(0, i) ** 2),
    vector(index) {
      const ritz = new Float64Array(basis[0]!.length);
      basis.forEach((vector, j) => {
        addScaled(ritz, vector, eigenvectorMatrix.get(j, order[index]!));
      });
      return ritz;
    },
  };
}
