import { requireWhole } from '../checks.js';

/** A rectangle of the plane in `columns` times `rows` cells. */
export interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly x: readonly [low: number, high: number];
  readonly y: readonly [low: number, high: number];
}

/** The centres of the cells, `[rows * columns, 2]`: row by row in rising y, in a row in rising x. */
export function gridPoints(grid: Grid): Float32Array {
  checkGrid(grid);
  const { columns, rows } = grid;
  const points = new Float32Array(2 * columns * rows);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      points.set(pointAt(grid, column + 0.5, row + 0.5), 2 * (row * columns + column));
  return points;
}

/** A place given in cells from the lower corner, in units of x and y. */
export function pointAt({ columns, rows, x, y }: Grid, column: number, row: number): [number, number] {
  return [x[0] + ((x[1] - x[0]) * column) / columns, y[0] + ((y[1] - y[0]) * row) / rows];
}

/** The cell that a point of the rectangle is in, in the order of {@link gridPoints}. */
export function cellAt({ columns, rows, x, y }: Grid, point: readonly [number, number]): number {
  const place = (value: number, [low, high]: readonly [number, number], cells: number) =>
    Math.min(cells - 1, Math.max(0, Math.floor(((value - low) / (high - low)) * cells)));
  return place(point[1], y, rows) * columns + place(point[0], x, columns);
}

/** @throws RangeError for fewer than 2 cells a side, or a side that does not rise */
export function checkGrid({ columns, rows, x, y }: Grid): void {
  requireWhole('columns', columns, 2);
  requireWhole('rows', rows, 2);
  for (const [name, [low, high]] of [
    ['x', x],
    ['y', y],
  ] as const)
    if (!(low < high)) throw new RangeError(`${name} is from ${low} to ${high}, which does not rise`);
}
