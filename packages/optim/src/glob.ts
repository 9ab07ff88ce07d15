/** Whether all of `name` fits `pattern`, in which every `*` stands for any text, an empty one included. */
export function matchesGlob(pattern: string, name: string): boolean {
  const [start = '', ...rest] = pattern.split('*');
  const end = rest.pop();
  if (end === undefined) return name === start;
  if (name.length < start.length + end.length || !name.startsWith(start) || !name.endsWith(end)) return false;
  const limit = name.length - end.length;
  let position = start.length;
  // The earliest place for each part leaves the most room for those after it.
  for (const part of rest) {
    const found = name.indexOf(part, position);
    if (found < 0 || found + part.length > limit) return false;
    position = found + part.length;
  }
  return true;
}
