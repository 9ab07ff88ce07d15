import { compare, type Difference } from '../statistics/comparison.js';
import { cyclicLabel } from './claim-experiments.js';
import { type Estimate, estimate } from './estimate.js';
import { bySeed, type MeasuredRun, paired } from './measured-runs.js';
import { equalLossAdvantage } from './measures.js';
import { type Outcome, type Verdict, verdictOf } from './verdict.js';

export const alignmentTasks = ['digits', 'spirals'] as const;
export type AlignmentTask = (typeof alignmentTasks)[number];

/** The method that the claim is about, and what it is compared with to judge it. */
export const claimed = cyclicLabel('raw');
export const judges = ['momentum', 'adam'] as const;

export interface AlignmentRow {
  readonly optimizer: string;
  readonly accuracy: Estimate | null;
  /** When 90 % agreement is first seen, in epochs. */
  readonly epoch: Estimate | null;
  /** Accuracy minus that of the judge at equal training loss, in the order of the judges. */
  readonly advantages: readonly (Estimate | null)[];
}

/** The claimed method against one judge. */
export interface AlignmentCell {
  readonly task: AlignmentTask;
  readonly judge: (typeof judges)[number];
  readonly measure: 'accuracy at equal loss' | 'epoch of 90 % agreement';
  readonly difference: Difference | null;
  readonly outcome: Outcome;
}

/**
 * C3. A cell, one task, measure and judge, holds where the interval of paired differences, corrected for the two judges, excludes 0 in
 * the claimed direction: higher accuracy at equal training loss, an earlier epoch. Else it fails. The claim is supported
 * where all cells hold, not supported where all fail.
 */
export function judgeEarlyAlignment(runs: Readonly<Record<AlignmentTask, readonly MeasuredRun[]>>): {
  readonly tables: Readonly<Record<AlignmentTask, readonly AlignmentRow[]>>;
  readonly cells: readonly AlignmentCell[];
  readonly verdict: Verdict;
} {
  const cells = alignmentTasks.flatMap((task) => [
    ...cellsOf(task, 'accuracy at equal loss', true, (judge) => [
      ...advantages(runs[task], claimed, judge).values(),
    ]),
    ...cellsOf(task, 'epoch of 90 % agreement', false, (judge) =>
      paired(bySeed(runs[task], claimed, 'alignmentEpoch'), bySeed(runs[task], judge, 'alignmentEpoch')),
    ),
  ]);
  return {
    tables: { digits: rowsOf(runs.digits), spirals: rowsOf(runs.spirals) },
    cells,
    verdict: verdictOf(cells.map(({ outcome }) => outcome)),
  };
}

function cellsOf(
  task: AlignmentTask,
  measure: AlignmentCell['measure'],
  higherIsBetter: boolean,
  differencesTo: (judge: string) => readonly number[],
): AlignmentCell[] {
  const differences = compare(judges.map(differencesTo), higherIsBetter);
  return judges.map((judge, i) => ({
    task,
    judge,
    measure,
    difference: differences[i]!,
    outcome: differences[i]?.verdict === 'better' ? 'holds' : 'fails',
  }));
}

function rowsOf(runs: readonly MeasuredRun[]): AlignmentRow[] {
  return [...new Set(runs.map(({ optimizer }) => optimizer))].map((optimizer) => ({
    optimizer,
    accuracy: estimate(
      runs.flatMap(({ optimizer: own, run }) =>
        own === optimizer && run.status === 'completed' ? (run.epochs.at(-1)?.testAccuracy ?? []) : [],
      ),
    ),
    epoch: estimate(bySeed(runs, optimizer, 'alignmentEpoch').values()),
    advantages: judges.map((judge) =>
      judge === optimizer ? null : estimate(advantages(runs, optimizer, judge).values()),
    ),
  }));
}

/** By seed. */
function advantages(
  runs: readonly MeasuredRun[],
  optimizer: string,
  judge: string,
): ReadonlyMap<number, number> {
  return new Map(
    runs.flatMap(({ optimizer: own, seed, run, predictions }) => {
      const other = runs.find((each) => each.optimizer === judge && each.seed === seed);
      if (own !== optimizer || run.status !== 'completed' || other?.run.status !== 'completed') return [];
      const value = equalLossAdvantage(predictions, other.predictions);
      return value === null ? [] : [[seed, value] as const];
    }),
  );
}
