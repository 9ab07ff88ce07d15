import {
  differenceText,
  duration,
  intervalText,
  loss,
  none,
  percent,
  pText,
  rate,
  rateUnit,
  signedText,
  spreadText,
  targetText,
} from '../format.js';
import { metricOf } from '../results/metric.js';
import { baselineOf, type Results, type Summary } from '../results/results.js';
import {
  differenceNotes,
  generalNotes,
  problems,
  targetNotes,
  tuningNotes,
} from '../results/results-table.js';
import { sensitivity } from '../results/sensitivity.js';
import { breakable, dataTable, softLines } from './data-table.js';
import { escapeHtml } from './escape-html.js';
import { swatch } from './swatch.js';

/** The name of an optimizer with the mark of its lines. */
export type NameCell = (optimizer: string) => string;

/** Marks are by place in the list of all optimizers of the page. */
export function nameCells(labels: readonly string[]): NameCell {
  return (optimizer) => `${swatch(labels.indexOf(optimizer))}${breakable(optimizer)}`;
}

/** The summary with its notes. */
export function summaryTable(results: Results, name: NameCell): string {
  const { config, summary } = results;
  const hasAccuracy = summary.some((row) => row.finalAccuracy);
  const baseline = baselineOf(config);
  const head = [
    'optimizer',
    'runs',
    ...(hasAccuracy ? ['test accuracy %', 'best %'] : []),
    'test loss',
    'time per run',
    rateUnit(config),
    ...(summary.length > 1 ? ['difference [95 %, corrected]', 'verdict'] : []),
  ];
  const rows = summary.map((row) => [
    name(row.optimizer),
    `${row.completedRuns}/${config.seeds.length}`,
    ...(hasAccuracy ? [spreadText(row.finalAccuracy, percent), spreadText(row.bestAccuracy, percent)] : []),
    spreadText(row.finalLoss, loss),
    row.seconds === null ? none : duration(row.seconds),
    row.examplesPerSecond === null ? none : rate(row.examplesPerSecond),
    ...(summary.length > 1 ? differenceCells(row, baseline) : []),
  ]);
  const notes = [
    ...generalNotes(results),
    ...(summary.length > 1 ? differenceNotes(results) : []),
    ...tuningNotes(results),
  ];
  return dataTable({ label: 'Summary', head, rows }) + softLines(notes);
}

function differenceCells(row: Summary, baseline: string | undefined): readonly string[] {
  if (row.optimizer === baseline) return ['baseline', ''];
  return [differenceText(row.differenceToBaseline, row.metric), verdictCell(row)];
}

function verdictCell({ differenceToBaseline }: Summary): string {
  const verdict = differenceToBaseline?.verdict;
  return verdict ? `<strong>${verdict}</strong>` : none;
}

/** Each difference with all its intervals and tests; nothing where there are no pairs to make them from. */
export function differenceTable({ summary }: Results, name: NameCell): string {
  const rows = summary.flatMap((row) => {
    const difference = row.differenceToBaseline;
    if (!difference || difference.pairs < 2) return [];
    const { pairs, mean, low, high, corrected, bootstrap, tTest, wilcoxon } = difference;
    const alone = low === null || high === null ? null : { low, high };
    const tests = [tTest, wilcoxon].flatMap((test) => (test ? [test.p, test.holm].map(pText) : [none, none]));
    return [
      [
        name(row.optimizer),
        String(pairs),
        signedText(difference, mean, row.metric),
        intervalText(difference, alone, row.metric),
        intervalText(difference, bootstrap, row.metric),
        intervalText(difference, corrected, row.metric),
        ...tests.map(escapeHtml),
        verdictCell(row),
      ],
    ];
  });
  if (rows.length === 0) return '';
  const head = [
    'optimizer',
    'pairs',
    'difference',
    't 95 %',
    'bootstrap 95 %',
    't corrected',
    't-test p',
    'Holm',
    'Wilcoxon p',
    'Holm',
    'verdict',
  ];
  const notes = [
    'Intervals: Student’s t and BCa bootstrap (9,999 samples) for each comparison alone; corrected: t by Bonferroni, so that all hold together with 95 %.',
    'Tests: paired t-test and Wilcoxon signed-rank test (exact up to 50 pairs, zeros dropped), two-sided; Holm: adjusted for all comparisons.',
  ];
  return `<details><summary>All intervals and tests</summary>${dataTable({ label: 'Differences', head, rows })}${softLines(notes)}</details>`;
}

/** Nothing without targets. */
export function targetTable(results: Results, name: NameCell): string {
  const targets = results.summary[0]?.timeToTarget ?? [];
  if (targets.length === 0) return '';
  const tables = targets.map((target, i) => {
    const rows = results.summary.map((row) => {
      const { runs, reached, epoch, step, seconds } = row.timeToTarget[i]!;
      return [
        name(row.optimizer),
        `${reached}/${runs}`,
        epoch === null ? none : String(epoch),
        step === null ? none : rate(step),
        seconds === null ? none : duration(seconds),
      ];
    });
    const head = ['optimizer', 'reached', 'epochs', 'steps', 'time'];
    const title = targetText(target);
    return `<div><h3>To ${escapeHtml(title)}</h3>${dataTable({ label: `Time to ${title}`, head, rows })}</div>`;
  });
  return `<h2>Time to target</h2><div class="panels">${tables.join('')}</div>${softLines(targetNotes(results))}`;
}

/** The trials of tuning as numbers; nothing without trials. */
export function sensitivityTable(results: Results, name: NameCell): string {
  const points = sensitivity(results);
  if (points.length === 0) return '';
  const { name: metric } = metricOf(results.trials ?? []);
  const rows = points.map(({ optimizer, trial, lr, value, completedRuns, runs, chosen }) => [
    name(optimizer),
    String(trial),
    String(Number(lr.toPrecision(4))),
    value === null ? none : metric === 'accuracy' ? percent(value) : loss(value),
    `${completedRuns}/${runs}`,
    chosen ? '<strong>chosen</strong>' : '',
  ]);
  const head = [
    'optimizer',
    'trial',
    'learning rate',
    `validation ${metric === 'accuracy' ? 'accuracy %' : 'loss'}`,
    'runs',
    '',
  ];
  return `<details><summary>All trials</summary>${dataTable({ label: 'Trials', head, rows })}</details>`;
}

/** The runs that did not complete; nothing when there are none. */
export function problemList(results: Results): string {
  const texts = problems(results);
  if (texts.length === 0) return '';
  const items = texts.map((text) => `<li>${escapeHtml(text)}</li>`).join('');
  return `<section class="problems"><h2>Not completed</h2><ul>${items}</ul></section>`;
}
