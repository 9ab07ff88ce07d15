import { requirePositive, requireWhole } from '../checks.js';
import { seededRandom } from '../random.js';
import type { Product } from './hessian-vector-product.js';
import { lanczos } from './lanczos.js';

/** A point mass of the spectrum; the weights of all add up to 1. */
export interface SpectrumNode {
  readonly eigenvalue: number;
  readonly weight: number;
}

export interface DensityOptions {
  /** Random starts. Default 4. */
  readonly probes?: number;
  /** Products of each. Default 30. */
  readonly steps?: number;
  readonly seed?: number;
}

/**
 * Stochastic Lanczos quadrature (Ubaru, Chen and Saad, 2017; arXiv 1912.07145): nodes and weights whose sums of f are estimates
 * of the mean of f over all eigenvalues, `tr f(A) / dimension`. Costs `probes * steps` products.
 */
export async function spectrumNodes(
  product: Product,
  dimension: number,
  { probes = 4, steps = 30, seed = 0 }: DensityOptions = {},
): Promise<SpectrumNode[]> {
  requireWhole('probes', probes);
  const random = seededRandom(seed);
  const nodes: SpectrumNode[] = [];
  for (let probe = 0; probe < probes; probe++) {
    const start = Float64Array.from({ length: dimension }, () => random.normal());
    const { values, weights } = await lanczos(product, dimension, { steps, start });
    values.forEach((eigenvalue, i) => {
      nodes.push({ eigenvalue, weight: weights[i]! / probes });
    });
  }
  return nodes;
}

export interface DensityPoint {
  readonly eigenvalue: number;
  /** Per unit of eigenvalue; the integral is 1. */
  readonly density: number;
}

/**
 * Nodes as a curve: each is spread as a normal density of deviation `width`.
 * @param width default: a hundredth of the range of the nodes; @param points default 200, over the range and 4 widths more
 */
export function spectralDensity(
  nodes: readonly SpectrumNode[],
  { width, points = 200 }: { readonly width?: number; readonly points?: number } = {},
): DensityPoint[] {
  requireWhole('points', points, 2);
  const values = nodes.map(({ eigenvalue }) => eigenvalue);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const sigma = width ?? ((high - low) / 100 || 1e-2 * (Math.abs(high) || 1));
  requirePositive('width', sigma);
  const start = low - 4 * sigma;
  const step = (high - low + 8 * sigma) / (points - 1);
  return Array.from({ length: points }, (_, i) => {
    const eigenvalue = start + i * step;
    let density = 0;
    for (const node of nodes)
      density += node.weight * Math.exp(-(((eigenvalue - node.eigenvalue) / sigma) ** 2) / 2);
    return { eigenvalue, density: density / (sigma * Math.sqrt(2 * Math.PI)) };
  });
}
