/** Elements of the largest constant that a pass or a gradient makes: sizes in a damaged file may be anything. */
const most = 2 ** 24;

/** @throws RangeError for a table of more elements than anyone needs */
export function checkTableSize(size: number, what: string): void {
  if (!(size <= most)) throw new RangeError(`${what} would have ${size} elements; ${most} are the most`);
}
