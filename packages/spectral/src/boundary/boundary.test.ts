import { describe, expect, it } from 'vitest';
import { agreementWithFinal, firstAligned } from './alignment.js';
import { boundaryDistance, boundaryPoints, levelPoints } from './decision-boundary.js';
import { accuracyAtEqualLoss, accuracyAtLoss } from './equal-loss.js';
import { type Grid, gridPoints } from './grid.js';
import { agreement, predictedClasses } from './predicted-classes.js';

const grid: Grid = { columns: 60, rows: 40, x: [-3, 3], y: [-2, 2] };

/** A field over the grid. */
const over = (f: (x: number, y: number) => number, { columns, rows, x, y } = grid) => {
  const points = gridPoints({ columns, rows, x, y });
  return Float64Array.from({ length: points.length / 2 }, (_, i) => f(points[2 * i]!, points[2 * i + 1]!));
};

describe('a grid', () => {
  it('has the centres of its cells', () => {
    const points = gridPoints({ columns: 2, rows: 2, x: [0, 2], y: [10, 14] });
    expect([...points]).toEqual([0.5, 11, 1.5, 11, 0.5, 13, 1.5, 13]);
  });

  it('refuses sides that make no sense', () => {
    expect(() => gridPoints({ ...grid, columns: 1 })).toThrow('columns is 1, not a whole number >= 2');
    expect(() => gridPoints({ ...grid, y: [1, 1] })).toThrow('y is from 1 to 1, which does not rise');
  });
});

describe('decision boundaries', () => {
  it('of a field follow a circle to a small part of a cell', () => {
    const points = levelPoints(
      grid,
      over((x, y) => x * x + y * y - 1),
    );
    expect(points.length).toBeGreaterThan(60);
    for (const [x, y] of points) expect(Math.hypot(x, y)).toBeCloseTo(1, 2);
  });

  it('of classes follow it to half a cell', () => {
    const classes = over((x, y) => (x * x + y * y < 1 ? 1 : 0));
    for (const [x, y] of boundaryPoints(grid, classes))
      expect(Math.abs(Math.hypot(x, y) - 1)).toBeLessThan(0.075);
  });

  it('end at the frame, which is no boundary', () => {
    const points = levelPoints(
      grid,
      over((x) => x - 0.33),
    );
    expect(points.length).toBeGreaterThanOrEqual(38);
    for (const [x] of points) expect(x).toBeCloseTo(0.33, 6);
    expect(
      levelPoints(
        grid,
        over(() => 1),
      ),
    ).toEqual([]);
    expect(
      boundaryPoints(
        grid,
        over(() => 3),
      ),
    ).toEqual([]);
  });

  it('are apart by the distance of parallel lines, of concentric circles', () => {
    const line = (at: number) =>
      levelPoints(
        grid,
        over((x) => x - at),
      );
    expect(boundaryDistance(line(0), line(0.5))!.mean).toBeCloseTo(0.5, 6);
    expect(boundaryDistance(line(0), line(0.5))!.hausdorff).toBeCloseTo(0.5, 6);
    const circle = (radius: number) =>
      levelPoints(
        grid,
        over((x, y) => Math.hypot(x, y) - radius),
      );
    expect(boundaryDistance(circle(1), circle(1.5))!.mean).toBeCloseTo(0.5, 1);
    expect(boundaryDistance(circle(1), circle(1))).toEqual({ mean: 0, hausdorff: 0 });
  });

  it('Hausdorff sees an island that the mean hardly does', () => {
    const circle = over((x, y) => (Math.hypot(x, y) < 1 ? 1 : 0));
    const island = over((x, y) => (Math.hypot(x, y) < 1 || Math.hypot(x - 2.5, y) < 0.15 ? 1 : 0));
    const { mean, hausdorff } = boundaryDistance(boundaryPoints(grid, circle), boundaryPoints(grid, island))!;
    expect(hausdorff).toBeGreaterThan(1.4);
    expect(mean).toBeLessThan(0.15);
  });

  it('of which one is missing have no distance', () => {
    expect(boundaryDistance([], [[0, 0]])).toBeNull();
    expect(boundaryDistance([], [])).toBeNull();
  });

  it('of three classes are those of each', () => {
    const thirds = over((x) => (x < -1 ? 0 : x < 1 ? 1 : 2));
    const xs = boundaryPoints(grid, thirds).map(([x]) => x);
    expect(Math.min(...xs)).toBeCloseTo(-1, 6);
    expect(Math.max(...xs)).toBeCloseTo(1, 6);
  });

  it('refuse a field that does not fit', () => {
    expect(() => levelPoints(grid, [1])).toThrow('the field has 1 elements, not 2400');
    expect(() => boundaryPoints(grid, [1])).toThrow('classes has 1 elements, not 2400');
    expect(() =>
      levelPoints(
        grid,
        over(() => Number.NaN),
      ),
    ).toThrow('NaN at index 0');
  });
});

describe('predictions', () => {
  it('are the largest logits', () => {
    expect([...predictedClasses([1, 3, 2, 0, 0, -1], 3)]).toEqual([1, 0]);
    expect(() => predictedClasses([1, 2, 3], 2)).toThrow('3 logits are not rows of 2');
  });

  it('agree by their share', () => {
    expect(agreement([1, 2, 3, 4], [1, 2, 0, 0])).toBe(0.5);
    expect(() => agreement([1], [1, 2])).toThrow('the second list has 2 elements, not 1');
    expect(() => agreement([], [])).toThrow('no predictions');
  });

  it('align with the final ones', () => {
    const points = agreementWithFinal([
      { step: 1, classes: [0, 0, 0, 0] },
      { step: 2, classes: [0, 1, 1, 0] },
      { step: 3, classes: [0, 1, 1, 1] },
    ]);
    expect(points.map((point) => point.agreement)).toEqual([0.25, 0.75, 1]);
    expect([firstAligned(points, 0.7), firstAligned(points, 0.9)]).toEqual([2, 3]);
    expect(firstAligned(points.slice(0, 1), 0.9)).toBeNull();
    expect(() => firstAligned(points, 90)).toThrow('share is 90, not a number in (0, 1]');
    expect(() => agreementWithFinal([])).toThrow('no predictions');
  });
});

describe('accuracy at equal loss', () => {
  const curve = [
    { loss: 2, accuracy: 0.2 },
    { loss: 1, accuracy: 0.6 },
    { loss: 1.5, accuracy: 0.5 },
    { loss: 0.5, accuracy: 0.8 },
  ];

  it('is interpolated where the loss first comes down to it', () => {
    expect(accuracyAtLoss(curve, 2)).toBe(0.2);
    expect(accuracyAtLoss(curve, 1.5)).toBeCloseTo(0.4, 12);
    expect(accuracyAtLoss(curve, 0.75)).toBeCloseTo(0.725, 12);
    expect(accuracyAtLoss(curve, 0.1)).toBeNull();
    expect(accuracyAtLoss(curve, 3)).toBeNull();
    expect(accuracyAtLoss([], 1)).toBeNull();
  });

  it('compares over the losses that both have', () => {
    const better = curve.map(({ loss, accuracy }) => ({ loss: 0.8 * loss, accuracy: accuracy + 0.1 }));
    const points = accuracyAtEqualLoss(curve, better, 5);
    expect(points).toHaveLength(5);
    expect(points[0]!.loss).toBeCloseTo(1.6, 12);
    expect(points.at(-1)!.loss).toBeCloseTo(0.5, 12);
    expect(accuracyAtEqualLoss(curve, curve, 5).every(({ a, b }) => a === b)).toBe(true);
    expect(accuracyAtEqualLoss(curve, [{ loss: 9, accuracy: 0 }])).toEqual([]);
    expect(accuracyAtEqualLoss(curve, [{ loss: Number.NaN, accuracy: 0 }])).toEqual([]);
  });
});
