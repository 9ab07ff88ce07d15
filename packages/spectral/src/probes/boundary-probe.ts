import {
  type BoundaryDistance,
  boundaryDistance,
  boundaryPoints,
  levelPoints,
  type Points,
} from '../boundary/decision-boundary.js';
import { cellAt, type Grid, gridPoints } from '../boundary/grid.js';
import { agreement, predictedClasses } from '../boundary/predicted-classes.js';
import { requireLength } from '../checks.js';
import { outputsOf } from './outputs.js';
import type { Probe, ProbeContext } from './probe.js';

export interface BoundaryProbeOptions {
  /** Epochs from one look to the next. Default 1. */
  readonly every?: number;
  /** Where to look; a cell is one evaluation of the network. */
  readonly grid: Grid;
  /** The true class of each cell, `[rows, columns]`, as `gridPoints` has them. */
  readonly truth: ArrayLike<number>;
  readonly classes: number;
  /** 1 for each cell that counts, 0 for others, such as those without examples. Default: all count. */
  readonly covered?: ArrayLike<number>;
  /** The cells' centres as inputs of the network, where inputs are normalised. Default: as they are. */
  readonly inputs?: Float32Array;
}

/** A line of the boundary probe. */
export interface BoundaryLine {
  /** Share of the cells that count whose class is told rightly. */
  readonly agreement: number;
  /** Between the network's boundary and the true one, in units of the grid; `null` where there is none. */
  readonly distance: BoundaryDistance | null;
  /** The network's boundary. */
  readonly points: Points;
}

/** Looks at the classes that a network of two inputs sees over the plane. Costs `rows * columns` evaluations. */
export class BoundaryProbe implements Probe {
  readonly name = 'boundary';
  readonly unit = 'epochs';
  readonly every: number;
  readonly #options: BoundaryProbeOptions;
  readonly #inputs: Float32Array;
  readonly #truth: Points;
  /** Indices of the cells that count. */
  readonly #cells: readonly number[];

  /** @throws RangeError for lists that do not fit the grid */
  constructor(options: BoundaryProbeOptions) {
    const { grid, truth, inputs, every = 1 } = options;
    this.every = every;
    this.#options = options;
    const points = gridPoints(grid);
    this.#inputs = inputs ?? points;
    requireLength('boundary: inputs', this.#inputs, points.length);
    if (options.covered) requireLength('boundary: covered', options.covered, truth.length);
    this.#cells = Array.from(truth, (_, i) => i).filter((i) => this.#counts(i));
    this.#truth = this.#within(boundaryPoints(grid, truth));
  }

  async observe(context: ProbeContext): Promise<BoundaryLine> {
    const { grid, truth, classes } = this.#options;
    const count = truth.length;
    const logits = await outputsOf(context, { inputs: this.#inputs, count });
    requireLength('boundary: the network’s output', logits, count * classes);
    const found = predictedClasses(logits, classes);
    // Of two classes the difference of logits tells the boundary within a cell.
    const points =
      classes === 2
        ? levelPoints(
            grid,
            Float64Array.from(found, (_, i) => logits[2 * i + 1]! - logits[2 * i]!),
          )
        : boundaryPoints(grid, found);
    const own = this.#within(points);
    return {
      agreement: agreement(
        this.#cells.map((i) => found[i]!),
        this.#cells.map((i) => truth[i]!),
      ),
      distance: boundaryDistance(own, this.#truth),
      points: own,
    };
  }

  #counts(cell: number): boolean {
    return this.#options.covered?.[cell] !== 0;
  }

  #within(points: Points): Points {
    return points.filter((point) => this.#counts(cellAt(this.#options.grid, point)));
  }
}
