import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.js';
import { dot, norm } from '../vectors.js';
import { hessianVectorProduct, type Product } from './hessian-vector-product.js';
import { lanczos } from './lanczos.js';
import { spectralDensity, spectrumNodes } from './spectral-density.js';
import { subspaceShare, topEigenvalues } from './top-eigenvalues.js';
import { trace } from './trace.js';

/** The gradient `A theta + b` of a quadratic with a random symmetric A, and what is known of A. */
function quadratic(n: number) {
  const random = seededRandom(n);
  const a = Matrix.zeros(n, n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const value = random.normal();
      a.set(i, j, value);
      a.set(j, i, value);
    }
  const times = (vector: Float64Array) =>
    Float64Array.from({ length: n }, (_, i) => dot(a.getRow(i), vector));
  const eigenvalues = new EigenvalueDecomposition(a, { assumeSymmetric: true }).realEigenvalues;
  return {
    a,
    times,
    gradient: async (theta: Float64Array) => times(theta).map((value) => value + 1),
    product: (async (vector) => times(vector)) satisfies Product,
    falling: [...eigenvalues].sort((x, y) => y - x),
    theta: Float64Array.from({ length: n }, () => random.normal()),
  };
}

const { a, times, gradient, product, falling, theta } = quadratic(40);

describe('on a quadratic', () => {
  it('Hessian-vector products are exact', async () => {
    const multiply = hessianVectorProduct(gradient, theta);
    const vector = theta.map((value) => value ** 2);
    const found = await multiply(vector);
    const expected = times(vector);
    for (let i = 0; i < 40; i++) expect(found[i]).toBeCloseTo(expected[i]!, 9);
    expect(await multiply(new Float64Array(40))).toEqual(new Float64Array(40));
    const atZero = await hessianVectorProduct(gradient, new Float64Array(40))(vector);
    for (let i = 0; i < 40; i++) expect(atZero[i]).toBeCloseTo(expected[i]!, 9);
  });

  it('Lanczos finds all eigenvalues once, and vectors that are theirs', async () => {
    const { values, residuals, weights, basis, vector } = await lanczos(product, 40, { steps: 99 });
    expect(basis).toHaveLength(40);
    [...values].reverse().forEach((value, i) => {
      expect(value).toBeCloseTo(falling[i]!, 9);
    });
    for (const residual of residuals) expect(residual).toBeLessThan(1e-9);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 10);
    for (const i of [0, 20, 39]) {
      const y = vector(i);
      const image = times(y);
      expect(norm(image.map((value, j) => value - values[i]! * y[j]!))).toBeLessThan(1e-9);
    }
  });

  it('residuals bound the error of the top eigenvalues', async () => {
    const { top, vectors, bottom, products } = await topEigenvalues(product, 40, 3, { steps: 15 });
    expect(products).toBe(15);
    expect(top).toHaveLength(3);
    for (const { value, residual } of [...top, bottom]) {
      const error = Math.min(...falling.map((eigenvalue) => Math.abs(eigenvalue - value)));
      expect(error).toBeLessThan(residual + 1e-9);
    }
    expect(top[0]!.value).toBeCloseTo(falling[0]!, 1);
    expect(bottom.value).toBeCloseTo(falling.at(-1)!, 1);
    expect(Math.abs(dot(vectors[0]!, vectors[1]!))).toBeLessThan(1e-10);
  });

  it('Lanczos stops where the space is exhausted', async () => {
    const identity: Product = async (vector) => vector.map((value) => 3 * value);
    const { values, residuals } = await lanczos(identity, 40);
    expect(values).toHaveLength(1);
    expect(values[0]).toBeCloseTo(3, 12);
    expect(residuals[0]).toBeLessThan(1e-10);
  });

  it('the density has the moments of the spectrum', async () => {
    const nodes = await spectrumNodes(product, 40, { probes: 200, steps: 12 });
    const moment = (power: number) =>
      nodes.reduce((sum, { eigenvalue, weight }) => sum + weight * eigenvalue ** power, 0);
    const exact = (power: number) => falling.reduce((sum, value) => sum + value ** power, 0) / 40;
    expect(moment(0)).toBeCloseTo(1, 10);
    expect(Math.abs(moment(1) - exact(1))).toBeLessThan(0.2);
    expect(moment(2) / exact(2)).toBeCloseTo(1, 1);
    const curve = spectralDensity(nodes, { points: 400 });
    const step = curve[1]!.eigenvalue - curve[0]!.eigenvalue;
    expect(curve.reduce((sum, { density }) => sum + density, 0) * step).toBeCloseTo(1, 3);
  });

  it('the trace is exact for a diagonal matrix, else within its error', async () => {
    const diagonal: Product = async (vector) => vector.map((value, i) => i * value);
    const exact = await trace(diagonal, 10);
    expect(exact.trace).toBeCloseTo(45, 10);
    expect(exact.error).toBeCloseTo(0, 10);
    const { trace: found, error } = await trace(product, 40, { probes: 400 });
    expect(Math.abs(found - a.trace())).toBeLessThan(4 * error!);
    expect((await trace(product, 40, { probes: 1 })).error).toBeNull();
  });

  it('the share of a vector in a subspace', () => {
    const axes = [Float64Array.of(1, 0, 0), Float64Array.of(0, 1, 0)];
    expect(subspaceShare([1, 1, 2], axes)).toBeCloseTo(1 / 3, 12);
    expect(subspaceShare([1, 2, 0], axes)).toBeCloseTo(1, 12);
    expect(subspaceShare([0, 0, 0], axes)).toBe(0);
    expect(subspaceShare([1, 1, 1], [])).toBe(0);
  });
});

it.each<[string, () => unknown, RegExp]>([
  ['a step of 0', () => hessianVectorProduct(gradient, theta, { relativeStep: 0 }), /relativeStep is 0/],
  [
    'a vector of another length',
    () => hessianVectorProduct(gradient, theta)(new Float64Array(3)),
    /3 elements, not 40/,
  ],
  [
    'a gradient of another length',
    () => hessianVectorProduct(gradient, [1])(Float64Array.of(1)),
    /the gradient has 40/,
  ],
  ['no steps', () => lanczos(product, 40, { steps: 0 }), /steps is 0/],
  ['a start of zeros', () => lanczos(product, 2, { start: [0, 0] }), /start is zero/],
  ['a product that is NaN', () => lanczos(async () => Float64Array.of(Number.NaN), 1), /NaN at index 0/],
  ['no probes', () => trace(product, 40, { probes: 0 }), /probes is 0/],
])('refuses %s', async (_, run, message) => {
  await expect(async () => run()).rejects.toThrow(message);
});
