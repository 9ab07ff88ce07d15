import { type JsTree, type JsTreeDef, type numpy as np, tree } from '@jax-js/jax';

/** Arrays of jax-js in nested records and lists; named by their paths, as `layers.0.w`. */
export type Tree = JsTree<np.Array>;

/** A tree taken apart: its arrays by name, in the order of the tree. */
export interface NamedArrays {
  readonly arrays: ReadonlyMap<string, np.Array>;
  readonly structure: JsTreeDef;
}

/**
 * Takes a tree apart; consumes nothing. `label` is what one of its arrays is called in errors.
 * Throws a `RangeError` naming what is not an array of float32, or two arrays of one name.
 */
export function named(label: string, arrays: Tree): NamedArrays {
  const [leaves, structure] = tree.flatten<np.Array>(arrays);
  const byName = new Map<string, np.Array>();
  pathsOf(structure).forEach((path, i) => {
    // A tree may be a single array.
    const name = path.join('.') || 'params';
    const leaf: unknown = leaves[i];
    if (!isArray(leaf)) throw new RangeError(`${label} ${name} is ${kindOf(leaf)}, not an array of jax-js`);
    if (leaf.dtype !== 'float32') throw new RangeError(`${label} ${name} is ${leaf.dtype}, not float32`);
    if (byName.has(name)) throw new RangeError(`there are two of ${label} ${name}`);
    byName.set(name, leaf);
  });
  return { arrays: byName, structure };
}

/** Throws a `RangeError` unless the array has this shape; consumes nothing. */
export function checkShape(label: string, { shape }: np.Array, expected: readonly number[]): void {
  if (shape.length === expected.length && shape.every((size, axis) => size === expected[axis])) return;
  throw new RangeError(`${label} has shape [${shape}], not [${expected}]`);
}

function pathsOf({ nodeType, nodeMetadata, childTreedefs }: JsTreeDef): readonly (readonly string[])[] {
  if (`${nodeType}` === 'Leaf') return [[]];
  // The keys of a record; a list has none.
  const keys: readonly string[] | null = nodeMetadata;
  return childTreedefs.flatMap((child, i) => pathsOf(child).map((path) => [keys?.[i] ?? `${i}`, ...path]));
}

/** Whether it is an array, or what stands for one while a function is traced. */
function isArray(leaf: unknown): leaf is np.Array {
  return typeof leaf === 'object' && leaf !== null && 'aval' in leaf && 'dtype' in leaf;
}

function kindOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? value.constructor.name : String(value);
}
