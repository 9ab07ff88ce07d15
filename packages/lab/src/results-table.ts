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
} from './format.js';
import type { colours } from './progress-line.js';
import { hasAccuracy, type Results } from './results.js';

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

/** The summary of a comparison as a table with its notes. */
export function resultsTable(results: Results, colour: ReturnType<typeof colours>): string {
  const isClassification = hasAccuracy(results);
  const ofClasses = <T>(...cells: readonly T[]) => (isClassification ? cells : []);
  const rows = results.summary.map((row) => [
    row.optimizer,
    ...ofClasses(spreadText(row.finalAccuracy, percent), spreadText(row.bestAccuracy, percent)),
    spreadText(row.finalLoss, loss),
    row.seconds === null ? none : duration(row.seconds),
    row.imagesPerSecond === null ? none : rate(row.imagesPerSecond),
    ...ofClasses(differenceText(row.differenceToFirst)),
  ]);
  const head = [
    'optimizer',
    ...ofClasses('accuracy %', 'best %'),
    'loss',
    'time',
    rateUnit(results.config),
    ...ofClasses('difference'),
  ];
  const lines = [...notes(results), ...problems(results)];
  return [textTable([head, ...rows], 1, colour), '', ...lines.map((line) => colour.dim(line))].join('\n');
}

/** What a reader needs to know to read the summary. */
export function notes(results: Results): readonly string[] {
  const { optimizers, seeds } = results.config;
  const [first] = optimizers;
  const oneSeed = seeds.length === 1;
  return [
    `Test split, after the last epoch${oneSeed ? '' : `; mean ± standard deviation over ${seeds.length} seeds`}. Time is per run.`,
    ...(optimizers.length > 1 && hasAccuracy(results)
      ? [
          `Difference: accuracy minus that of ${first?.label} in points, ${
            oneSeed ? 'of one seed, which gives no interval' : 'paired by seed, with 95 % t-interval'
          }.`,
        ]
      : []),
    ...(optimizers.some(({ spec }) => 'p' in spec) ? ['p acts with raw gain.'] : []),
  ];
}

/** The runs that did not complete, and why. */
export function problems({ runs }: Results): readonly string[] {
  return runs.filter(({ status }) => status !== 'completed').map(runText);
}
