/** The most elements of a constant that a pass or a gradient makes. Sizes in a damaged file may be anything. */
const most = 2 ** 24;

/** Checks the size of a table before it is allocated. @throws RangeError if it is too large */
export function checkTableSize(size: number, what: string): void {
  if (!(size <= most))
    throw new RangeError(`${what} would have ${size} elements; at most ${most} are allowed`);
}
