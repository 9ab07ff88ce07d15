import Table from 'cli-table3';
import {
  differenceText,
  duration,
  loss,
  none,
  percent,
  rate,
  rateUnit,
  runText,
  spreadText,
  targetText,
} from '../format.js';
import type { colours } from '../progress-line.js';
import { baselineOf, type Results, type Run, type Summary } from './results.js';

const plainLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** A table without lines, its first row in bold and all columns but the first `left` ones right-aligned. */
export function textTable(
  rows: readonly (readonly string[])[],
  left: number,
  colour: ReturnType<typeof colours>,
): string {
  const [head = [], ...body] = rows;
  const table = new Table({
    chars: plainLines,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: head.map((_, i) => (i < left ? 'left' : 'right')),
  });
  table.push(
    head.map((text) => colour.bold(text)),
    ...body.map((row) => [...row]),
  );
  return table.toString();
}

/** The summary of a comparison as a table with its notes, and the time to each target. */
export function resultsTable(results: Results, colour: ReturnType<typeof colours>): string {
  const columns = summaryColumns(results);
  const head = columns.map((column) => column.head);
  const rows = results.summary.map((row) => columns.map(({ cell }) => cell(row)));
  const lines = [...notes(results), ...problems(results)];
  return [
    textTable([head, ...rows], 1, colour),
    '',
    ...targetTable(results, colour),
    ...lines.map((line) => colour.dim(line)),
  ].join('\n');
}

interface Column {
  readonly head: string;
  readonly cell: (row: Summary) => string;
}

/** Those that have something to say. */
function summaryColumns({ config, summary }: Results): readonly Column[] {
  const baseline = baselineOf(config);
  const hasAccuracy = summary.every((row) => row.metric === 'accuracy');
  const hasVerdict = summary.some((row) => row.differenceToBaseline?.verdict);
  return [
    { head: 'optimizer', cell: (row) => row.optimizer },
    ...(hasAccuracy
      ? [{ head: 'accuracy %', cell: (row: Summary) => spreadText(row.finalAccuracy, percent) }]
      : []),
    { head: 'loss', cell: (row) => spreadText(row.finalLoss, loss) },
    { head: 'time', cell: (row) => (row.seconds === null ? none : duration(row.seconds)) },
    {
      head: rateUnit(config),
      cell: (row) => (row.examplesPerSecond === null ? none : rate(row.examplesPerSecond)),
    },
    ...(summary.length > 1
      ? [
          {
            head: 'difference',
            cell: (row: Summary) =>
              row.optimizer === baseline ? 'baseline' : differenceText(row.differenceToBaseline, row.metric),
          },
        ]
      : []),
    ...(hasVerdict ? [{ head: 'verdict', cell: verdict }] : []),
  ];
}

function verdict({ differenceToBaseline }: Summary): string {
  return differenceToBaseline ? (differenceToBaseline.verdict ?? none) : '';
}

/** Epochs to each target; nothing without targets. */
function targetTable({ summary }: Results, colour: ReturnType<typeof colours>): readonly string[] {
  const targets = summary[0]?.timeToTarget ?? [];
  if (targets.length === 0) return [];
  const head = ['epochs to', ...targets.map(targetText)];
  const rows = summary.map((row) => [
    row.optimizer,
    ...row.timeToTarget.map(({ epoch, reached, runs }) => `${epoch ?? none} (${reached}/${runs})`),
  ]);
  return [textTable([head, ...rows], 1, colour), ''];
}

/** What a reader needs to know to read the summary. */
export function notes(results: Results): readonly string[] {
  const several = results.config.optimizers.length > 1;
  return [
    ...generalNotes(results),
    ...(several ? differenceNotes(results) : []),
    ...targetNotes(results),
    ...tuningNotes(results),
  ];
}

/** What the numbers of each optimizer are. */
export function generalNotes({ config: { seeds, optimizers } }: Results): readonly string[] {
  const spread = seeds.length === 1 ? '' : `; mean ± standard deviation over ${seeds.length} seeds`;
  return [
    `Test split, after the last epoch${spread}. Time is per run.`,
    ...(optimizers.some(({ spec }) => 'p' in spec) ? ['p acts with raw gain.'] : []),
  ];
}

/** What the difference is, and when it is said to be better or worse. */
export function differenceNotes({ config, summary }: Results): readonly string[] {
  const { seeds, optimizers } = config;
  const what = summary[0]?.metric === 'loss' ? 'loss' : 'accuracy in points';
  const to = `Difference: ${what}, to ${baselineOf(config)}`;
  if (seeds.length === 1) return [`${to}, of one seed, which gives no interval.`];
  const k = optimizers.length - 1;
  const corrected = k === 1 ? '' : `, corrected for ${k} comparisons (Bonferroni)`;
  return [
    `${to}, paired by seed, with 95 % t-interval${corrected}.`,
    summary.some((row) => row.differenceToBaseline?.verdict)
      ? 'Better or worse: the interval excludes zero. Elsewhere no difference is shown.'
      : 'No difference is shown.',
  ];
}

/** Nothing without targets. */
export function targetNotes({ summary }: Results): readonly string[] {
  if (!summary.some(({ timeToTarget }) => timeToTarget.length > 0)) return [];
  return [
    `Time to target: median over seeds of the first epoch there, and how many got there; ${none} where half of them or more did not.`,
  ];
}

/** How each optimizer came by its setting; nothing without tuning. */
export function tuningNotes({ config, chosen = [] }: Results): readonly string[] {
  const { tuning } = config;
  return chosen.map(({ optimizer, trial, settings, score }) => {
    const values = Object.entries(settings).map(([path, value]) => `${path} ${Number(value.toPrecision(4))}`);
    if (score === null)
      return `Not tuned: ${optimizer}, of which no trial was completed, has the setting of trial ${trial}: ${values.join(', ')}.`;
    return `Tuned: ${optimizer}, trial ${trial}${tuning ? ` of ${tuning.trials}` : ''}: ${values.join(', ')}.`;
  });
}

/** The runs that did not complete, and why, those of an optimizer that ended alike together; then how many trials did not. */
export function problems({ runs, trials = [] }: Results): readonly string[] {
  const troubled = runs.filter(({ status }) => status !== 'completed');
  const alike = (a: Run, b: Run) =>
    a.optimizer === b.optimizer && a.status === b.status && a.reason === b.reason;
  const groups = troubled
    .filter((run, i) => troubled.findIndex((other) => alike(run, other)) === i)
    .map((run) => ({ run, seeds: troubled.filter((other) => alike(run, other)).map(({ seed }) => seed) }));
  const lost = trials.filter(({ status }) => status !== 'completed').length;
  return [
    ...groups.map(({ run, seeds }) => runText({ ...run, seeds })),
    ...(lost > 0 ? [`Tuning: ${lost} of ${trials.length} runs diverged, failed or were stopped.`] : []),
  ];
}
