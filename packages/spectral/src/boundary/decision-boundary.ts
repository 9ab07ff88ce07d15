import { contours } from 'd3-contour';
import { requireFinite, requireLength } from '../checks.js';
import { checkGrid, type Grid, pointAt } from './grid.js';

/** Points `[x, y]` in the units of the grid. */
export type Points = readonly (readonly [number, number])[];

/**
 * Where a field over a grid is `level`, by marching squares between the centres of cells: with the difference of two logits and
 * level 0 the decision boundary, within a cell. The frame of the grid is no boundary.
 * @param field `[rows, columns]`, as {@link gridPoints} has them
 * @returns about one point a cell; none where the field is on one side all over
 */
export function levelPoints(grid: Grid, field: ArrayLike<number>, level = 0): Points {
  checkGrid(grid);
  const { columns, rows } = grid;
  requireLength('the field', field, columns * rows);
  requireFinite('the field', field);
  const { coordinates } = contours().size([columns, rows]).contour(Array.from(field), level);
  const points = new Map<string, [number, number]>();
  for (const polygon of coordinates)
    for (const ring of polygon)
      for (const [column, row] of ring as [number, number][])
        if (isInside(column, columns) && isInside(row, rows))
          points.set(`${column} ${row}`, pointAt(grid, column, row));
  return [...points.values()];
}

/**
 * The boundary between classes: half-way between cells of different classes, for each class against all others.
 * @param classes `[rows, columns]`, as {@link gridPoints} has them
 */
export function boundaryPoints(grid: Grid, classes: ArrayLike<number>): Points {
  requireLength('classes', classes, grid.columns * grid.rows);
  const names = [...new Set(Array.from(classes))];
  // With two classes, that of one is that of the other.
  const own = names.length === 2 ? names.slice(1) : names;
  return own.flatMap((name) =>
    levelPoints(
      grid,
      Array.from(classes, (other) => (other === name ? 1 : 0)),
      0.5,
    ),
  );
}

/** Beyond the outermost centres there is only the frame, with which rings are closed. */
function isInside(place: number, cells: number): boolean {
  return place > 0.5 && place < cells - 0.5;
}

/** How far two boundaries are apart, in the units of the grid. */
export interface BoundaryDistance {
  /** Mean distance of a point of one boundary to the nearest of the other; the mean of both directions. */
  readonly mean: number;
  /** The largest distance of any point of either to the nearest of the other (Hausdorff). */
  readonly hausdorff: number;
}

/** `null` where one of them, or both, have no point: there is nothing to measure to. */
export function boundaryDistance(a: Points, b: Points): BoundaryDistance | null {
  if (a.length === 0 || b.length === 0) return null;
  const there = distancesTo(a, b);
  const back = distancesTo(b, a);
  const mean = (distances: readonly number[]) => distances.reduce((sum, d) => sum + d, 0) / distances.length;
  const largest = [...there, ...back].reduce((x, y) => Math.max(x, y));
  return { mean: (mean(there) + mean(back)) / 2, hausdorff: largest };
}

function distancesTo(points: Points, others: Points): number[] {
  return points.map(([x, y]) => {
    let nearest = Infinity;
    for (const [u, v] of others) nearest = Math.min(nearest, (x - u) ** 2 + (y - v) ** 2);
    return Math.sqrt(nearest);
  });
}
