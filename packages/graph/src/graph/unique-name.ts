/** Returns `name`, or `name_1`, `name_2`, ...: the first that is not taken. */
export function uniqueName(name: string, ...taken: readonly ReadonlySet<string>[]): string {
  let free = name;
  for (let i = 1; taken.some((names) => names.has(free)); i++) free = `${name}_${i}`;
  return free;
}
