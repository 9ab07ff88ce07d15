import { requireWhole } from '../checks.js';
import { hessianVectorProduct } from '../curvature/hessian-vector-product.js';
import { lanczos } from '../curvature/lanczos.js';
import type { SpectrumNode } from '../curvature/spectral-density.js';
import { type Eigenvalue, subspaceShare } from '../curvature/top-eigenvalues.js';
import { FlatModel } from './flat-model.js';
import type { Probe, ProbeContext } from './probe.js';

export interface CurvatureProbeOptions {
  /** Epochs from one look to the next. Default 1. */
  readonly every?: number;
  /** Eigenvalues to name. Default 5. */
  readonly top?: number;
  /** Lanczos steps, of two gradients each. Default 20. */
  readonly steps?: number;
  /** Lanczos runs from other random starts; more than one refine the density. Default 1. */
  readonly probes?: number;
  readonly seed?: number;
  /** See `hessianVectorProduct`. */
  readonly relativeStep?: number;
}

/** A line of the curvature probe, about the loss on the run's fixed sample of training examples. */
export interface CurvatureLine {
  /** The largest eigenvalues of the Hessian, falling, and the smallest. */
  readonly top: readonly Eigenvalue[];
  readonly bottom: Eigenvalue;
  /** Of the spectrum, for `spectralDensity`. */
  readonly nodes: readonly SpectrumNode[];
  /** `parameters * sum of weight * eigenvalue`. */
  readonly trace: number;
  /** Share of the energy of the last update, and of the gradient on the sample, in the space of the top eigenvectors. */
  readonly updateInTop: number;
  readonly gradientInTop: number;
  /** Gradients that it took: what it cost, in steps without their update. */
  readonly gradients: number;
}

/**
 * Curvature of the loss, once an epoch. Costs `2 * steps * probes + 1` gradients, and `8 * steps` bytes of memory a parameter.
 * Batch normalisation uses the statistics of the sample. Parameters and gradients are left as they were.
 */
export class CurvatureProbe implements Probe {
  readonly name = 'curvature';
  readonly unit = 'epochs';
  readonly every: number;
  readonly #options: CurvatureProbeOptions &
    Required<Pick<CurvatureProbeOptions, 'top' | 'steps' | 'probes' | 'seed'>>;
  readonly #before = new Map<string, Float32Array>();

  constructor(options: CurvatureProbeOptions = {}) {
    this.#options = { top: 5, steps: 20, probes: 1, seed: 0, ...options };
    this.every = options.every ?? 1;
    for (const name of ['top', 'steps', 'probes'] as const)
      requireWhole(`curvature: ${name}`, this.#options[name]);
  }

  beforeStep({ model }: ProbeContext): void {
    for (const [name, view] of Object.entries(model.parameters.views)) {
      const copy = this.#before.get(name);
      if (copy) copy.set(view);
      else this.#before.set(name, view.slice());
    }
  }

  async observe({ model, backward }: ProbeContext): Promise<CurvatureLine> {
    const flat = new FlatModel(model);
    const theta = flat.read();
    const gradientsBefore = flat.gradients();
    let gradients = 0;
    const gradient = async (at: Float64Array) => {
      flat.write(at);
      await backward();
      gradients++;
      return flat.gradients();
    };
    try {
      const own = await gradient(theta);
      const { top, steps, probes, seed, relativeStep } = this.#options;
      const product = hessianVectorProduct(
        gradient,
        theta,
        relativeStep === undefined ? {} : { relativeStep },
      );
      const runs = [];
      for (let probe = 0; probe < probes; probe++)
        runs.push(await lanczos(product, flat.length, { steps, seed: seed + probe }));
      const { values, residuals, vector } = runs[0]!;
      const indices = values
        .map((_, i) => i)
        .reverse()
        .slice(0, top);
      const vectors = indices.map((i) => vector(i));
      const at = (i: number): Eigenvalue => ({ value: values[i]!, residual: residuals[i]! });
      const nodes = runs.flatMap((run) =>
        run.values.map((eigenvalue, i) => ({ eigenvalue, weight: run.weights[i]! / probes })),
      );
      return {
        top: indices.map(at),
        bottom: at(0),
        nodes,
        trace: flat.length * nodes.reduce((sum, { eigenvalue, weight }) => sum + eigenvalue * weight, 0),
        updateInTop: subspaceShare(this.#lastUpdate(theta), vectors),
        gradientInTop: subspaceShare(own, vectors),
        gradients,
      };
    } finally {
      flat.write(theta);
      flat.writeGradients(gradientsBefore);
    }
  }

  /** Zeros before the first step. */
  #lastUpdate(theta: Float64Array): Float64Array {
    const update = new Float64Array(theta.length);
    let next = 0;
    for (const before of this.#before.values())
      for (const value of before) {
        update[next] = theta[next]! - value;
        next++;
      }
    return update;
  }
}
