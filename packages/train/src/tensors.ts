import type { Tensor, TensorConstructor } from 'onnxruntime-common';
import type { TensorSpec } from './models/layers.js';
import { randomStream } from './random/random-stream.js';

/** Named float32 tensors. */
export class NamedTensors {
  /** Each tensor's values, by name. */
  readonly views: Readonly<Record<string, Float32Array>>;

  /** @param views the memory to use, of the right lengths; by default new memory */
  constructor(
    readonly specs: readonly TensorSpec[],
    views?: Readonly<Record<string, Float32Array>>,
  ) {
    this.views =
      views ?? Object.fromEntries(specs.map(({ name, shape }) => [name, new Float32Array(sizeOf(shape))]));
  }

  /** Runtime tensors over the same memory, named by `rename`. */
  tensors(
    Tensor: TensorConstructor,
    rename: (name: string) => string = (name) => name,
  ): Record<string, Tensor> {
    return Object.fromEntries(
      this.specs.map(({ name, shape }) => [rename(name), new Tensor('float32', this.views[name]!, shape)]),
    );
  }

  /** Gives every tensor its initial value, or the value in `values`. Random ones depend on seed and name only. */
  initialize(seed: number, values: Readonly<Record<string, Float32Array>> = {}): void {
    for (const { name, init } of this.specs) {
      const view = this.views[name]!;
      if (Object.hasOwn(values, name)) view.set(values[name]!);
      else if (init.kind === 'constant') view.fill(init.value);
      else if (init.kind === 'values') view.set(init.values);
      else if (init.kind === 'normal') randomStream(seed, `init:${name}`).fillNormal(view, init.std);
      else randomStream(seed, `init:${name}`).fillUniform(view, -init.bound, init.bound);
    }
  }

  /** Takes over the values of tensors of the same names. */
  set(others: NamedTensors): void {
    for (const [name, view] of Object.entries(this.views)) view.set(others.views[name]!);
  }

  /** A copy of every tensor, by name. */
  copy(): Record<string, Float32Array> {
    return Object.fromEntries(Object.entries(this.views).map(([name, view]) => [name, view.slice()]));
  }
}

/** @throws RangeError for values that have the name of none of these tensors, or not its size */
export function checkValues(
  values: Readonly<Record<string, Float32Array>>,
  specs: readonly TensorSpec[],
): void {
  const names = specs.map(({ name }) => name);
  const unknown = Object.keys(values).filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new RangeError(
      `parameters: the model has no ${unknown.map((name) => `"${name}"`).join(', ')}; it has ${names.join(', ')}.`,
    );
  for (const { name, shape } of specs) {
    if (!Object.hasOwn(values, name)) continue;
    const { length } = values[name]!;
    if (length !== sizeOf(shape))
      throw new RangeError(
        `parameters: "${name}" has ${length} values; its shape [${shape.join(', ')}] needs ${sizeOf(shape)}.`,
      );
  }
}

/** The number of elements of each tensor, by name. */
export function lengthsOf(specs: readonly TensorSpec[]): Record<string, number> {
  return Object.fromEntries(specs.map(({ name, shape }) => [name, sizeOf(shape)]));
}

/** Number of values in a tensor. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}
