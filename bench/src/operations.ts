import type { Program } from '@spectrain/train';

/**
 * Floating-point operations of one training step, for one example, in products of convolutions and matrices (a product and a sum are two
 * operations): forward pass, gradient of the weights, and gradient of the inputs, except that of the first layer, which nobody needs.
 */
export function operationsOfStep(model: string, { parameters, shape }: Program): number {
  const products = parameters
    .filter((spec) => spec.shape.length >= 2 && !isTable(spec.name))
    .map(({ name, shape: dims }) => 2 * places(model, name, shape) * dims.reduce((a, b) => a * b, 1));
  const forward = products.reduce((a, b) => a + b, 0) + attention(model, shape);
  const first = model.startsWith('transformer') ? 0 : products[0]!;
  return 3 * forward - first;
}

/** Embeddings are looked up. */
function isTable(name: string): boolean {
  return name === 'token.weight' || name === 'position.weight';
}

/** How many places of an example a weight is applied at. */
function places(model: string, name: string, shape: readonly number[]): number {
  if (model.startsWith('transformer')) return shape[0]!;
  if (!model.startsWith('wrn') || name.startsWith('fc')) return 1;
  const [, height, width] = shape as [number, number, number];
  // Every group of blocks but the first halves the plane.
  const group = Number(/^groups\.(\d)/.exec(name)?.[1] ?? 0);
  return (height * width) / 4 ** group;
}

/** Scores and weighted sums of values. */
function attention(model: string, [length = 0]: readonly number[]): number {
  const [kind, layers, width] = model.split('-');
  return kind === 'transformer' ? Number(layers) * 2 * 2 * length * length * Number(width) : 0;
}
