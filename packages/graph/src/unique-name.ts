/** Adds `name` to the taken ones, or with a number behind it if it is among them already. */
export function uniqueName(name: string, taken: Set<string>): string {
  let free = name;
  for (let i = 1; taken.has(free); i++) free = `${name}_${i}`;
  taken.add(free);
  return free;
}
