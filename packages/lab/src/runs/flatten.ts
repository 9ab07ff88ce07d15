/** The values in plain data, by paths such as `spec.lr`, as JSON; a list is one value. */
export function flatten(value: object, prefix = ''): readonly (readonly [path: string, json: string])[] {
  return Object.entries(value).flatMap(([name, item]: [string, unknown]) => {
    const path = `${prefix}${name}`;
    if (item === undefined) return [];
    const isObject = typeof item === 'object' && item !== null && !Array.isArray(item);
    return isObject ? flatten(item, `${path}.`) : [[path, JSON.stringify(item)] as const];
  });
}
