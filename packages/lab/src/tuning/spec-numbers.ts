import type { OptimizerSpec } from '@spectrain/optim';
import { type FieldPath, parsePath, pathText } from '../input/field-place.js';

/** The paths of all numbers in a spec: `lr`, `p.high`, `lr.milestones[1].value`. */
export function numberPaths(spec: OptimizerSpec): readonly string[] {
  const walk = (value: unknown, path: FieldPath): readonly string[] => {
    if (typeof value === 'number') return [pathText(path)];
    if (Array.isArray(value)) return value.flatMap((item, i) => walk(item, [...path, i]));
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, item]) => walk(item, [...path, key]));
  };
  return walk(spec, []);
}

/** The number at one of {@link numberPaths}. */
export function numberAt(spec: OptimizerSpec, path: string): number {
  return parsePath(path).reduce<unknown>((outer, key) => (outer as Container)[key], spec) as number;
}

/** The spec with another number at one of {@link numberPaths}. */
export function withNumber(spec: OptimizerSpec, path: string, value: number): OptimizerSpec {
  const replaced = (outer: unknown, [key, ...rest]: FieldPath): unknown => {
    if (key === undefined) return value;
    const inner = replaced((outer as Container)[key], rest);
    return Array.isArray(outer)
      ? outer.map((item, i) => (i === key ? inner : item))
      : { ...(outer as Container), [key]: inner };
  };
  return replaced(spec, parsePath(path)) as OptimizerSpec;
}

type Container = Readonly<Record<string | number, unknown>>;
