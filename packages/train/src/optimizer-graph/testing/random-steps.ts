import { randomStream } from '../../random/random-stream.js';

/** Parameters to test updates on. */
export const shapes: Readonly<Record<string, readonly number[]>> = {
  'conv.weight': [4, 3, 2, 2],
  'fc.weight': [6, 5],
  'fc.bias': [6],
  scale: [],
};
export const names = Object.keys(shapes);
export type Tensors<A> = Readonly<Record<string, A>>;

export function sizeOf(name: string): number {
  return shapes[name]!.reduce((a, b) => a * b, 1);
}

/** Values to start from: standard normal. */
export function startOf(seed: number): Tensors<Float32Array> {
  return Object.fromEntries(
    names.map((name) => {
      const values = new Float32Array(sizeOf(name));
      randomStream(seed, `start:${name}`).fillNormal(values, 1);
      return [name, values];
    }),
  );
}

/**
 * Gradients of `steps` steps. Each coordinate has a scale of its own, 1e-6 to 1e2; one in eight is always zero, and of
 * the others one in eight at a time.
 */
export function gradientsOf(seed: number, steps: number): Tensors<Float32Array>[] {
  const random = randomStream(seed, 'scales');
  const scales = Object.fromEntries(
    names.map((name) => [
      name,
      Array.from({ length: sizeOf(name) }, (_, i) => (i % 8 === 7 ? 0 : 10 ** (random.uniform() * 8 - 6))),
    ]),
  );
  return Array.from({ length: steps }, (_, t) =>
    Object.fromEntries(
      names.map((name) => {
        const values = new Float32Array(sizeOf(name));
        const stream = randomStream(seed, `gradient:${name}`, t);
        stream.fillNormal(values, 1);
        return [name, values.map((value, i) => (stream.int(8) === 0 ? 0 : value * scales[name]![i]!))];
      }),
    ),
  );
}
