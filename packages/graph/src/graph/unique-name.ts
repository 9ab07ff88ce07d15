/** `name`, or, if it is taken, with the first number behind it that makes it free. */
export function uniqueName(name: string, ...taken: readonly ReadonlySet<string>[]): string {
  let free = name;
  for (let i = 1; taken.some((names) => names.has(free)); i++) free = `${name}_${i}`;
  return free;
}
