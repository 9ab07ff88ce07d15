import { requireLength } from '../checks.js';
import type { ProbedModel } from './probe.js';

/** A model's parameters as one vector: tensor after tensor, in the order of the model. */
export class FlatModel {
  readonly #model: ProbedModel;
  readonly #names: readonly string[];
  readonly length: number;

  constructor(model: ProbedModel) {
    this.#model = model;
    this.#names = Object.keys(model.parameters.views);
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
    this.#spread(theta, this.#model.parameters.views);
  }

  /** Sets the gradients, rounded to float32. */
  writeGradients(gradients: ArrayLike<number>): void {
    this.#spread(gradients, this.#model.gradients.views);
  }

  #spread(flat: ArrayLike<number>, views: Readonly<Record<string, Float32Array>>): void {
    requireLength('the vector', flat, this.length);
    let next = 0;
    for (const name of this.#names) {
      const view = views[name]!;
      for (let i = 0; i < view.length; i++) view[i] = flat[next++]!;
    }
  }

  #concatenate(views: Readonly<Record<string, Float32Array>>): Float64Array {
    const flat = new Float64Array(this.length);
    let next = 0;
    for (const name of this.#names) {
      flat.set(views[name]!, next);
      next += views[name]!.length;
    }
    return flat;
  }
}
