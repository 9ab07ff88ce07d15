import { requireLength } from '../checks.js';
import type { ProbedModel } from './probe.js';

/** A model's parameters as one vector: tensor after tensor, in the order of the model. */
export class FlatModel {
  readonly #model: ProbedModel;
  readonly length: number;

  constructor(model: ProbedModel) {
    this.#model = model;
    this.length = Object.values(model.parameters.views).reduce((sum, { length }) => sum + length, 0);
  }

  /** A copy of the parameters. */
  read(): Float64Array {
    return this.#concatenate(this.#model.parameters.views);
  }

  /** A copy of the gradients. */
  gradients(): Float64Array {
    return this.#concatenate(this.#model.gradients.views);
  }

  /** Sets the parameters, rounded to float32. */
  write(theta: ArrayLike<number>): void {
    requireLength('theta', theta, this.length);
    let next = 0;
    for (const view of Object.values(this.#model.parameters.views))
      for (let i = 0; i < view.length; i++) view[i] = theta[next++]!;
  }

  #concatenate(views: Readonly<Record<string, Float32Array>>): Float64Array {
    const flat = new Float64Array(this.length);
    let next = 0;
    for (const view of Object.values(views)) {
      flat.set(view, next);
      next += view.length;
    }
    return flat;
  }
}
