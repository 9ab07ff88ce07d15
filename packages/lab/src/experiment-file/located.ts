import type { FieldPath } from '../input/field-place.js';

/** Where something begins in a file; lines and columns count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A value of a file, with the positions of all that it is made of. A field's is that of its name. */
export type Located =
  | { readonly at: Position; readonly scalar: unknown }
  | { readonly at: Position; readonly items: readonly Located[] }
  | { readonly at: Position; readonly fields: ReadonlyMap<string, Located> };

/** The value alone. */
export function plain(located: Located): unknown {
  if ('items' in located) return located.items.map(plain);
  if ('scalar' in located) return located.scalar;
  return Object.fromEntries([...located.fields].map(([name, value]) => [name, plain(value)]));
}

/** What stands at a path, or the nearest thing around it. */
export function locate(located: Located, path: FieldPath): Located {
  const [key, ...rest] = path;
  const inner =
    'fields' in located
      ? located.fields.get(String(key))
      : 'items' in located && typeof key === 'number'
        ? located.items[key]
        : undefined;
  return inner ? locate(inner, rest) : located;
}

/**
 * A file laid over the one that it extends, as by JSON Merge Patch (RFC 7396): objects are merged field by field, null takes a
 * field away, anything else replaces what was there, lists too.
 */
export function overlay(base: Located | undefined, patch: Located): Located {
  if (!('fields' in patch)) return patch;
  const fields = new Map(base && 'fields' in base ? base.fields : []);
  for (const [name, value] of patch.fields)
    if ('scalar' in value && value.scalar === null) fields.delete(name);
    else fields.set(name, overlay(fields.get(name), value));
  return { at: patch.at, fields };
}
