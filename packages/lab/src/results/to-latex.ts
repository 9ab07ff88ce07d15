import { loss, percent, pText, signedText } from '../format.js';
import type { Difference } from '../statistics/comparison.js';
import type { Spread } from '../statistics/spread.js';
import { baselineOf, type Results, type Summary } from './results.js';

const special: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\textquotedbl{}',
  '&': '\\&',
  '%': '\\%',
  $: '\\$',
  '#': '\\#',
  _: '\\_',
  '{': '\\{',
  '}': '\\}',
};

/** Text as it stands in LaTeX outside of formulas. `\textquotedbl` needs the encoding T1. */
export function escapeLatex(text: string): string {
  return text.replace(/[\\~^<>|"&%$#_{}]/g, (character) => special[character]!).replace(/\s+/g, ' ');
}

/**
 * The summary as a `table` for a paper, by the package booktabs: mean and standard deviation after the last epoch, and the
 * difference to the baseline with its corrected interval, Holm-adjusted p-values and verdict. Several experiments give
 * several tables.
 */
export function toLatex(results: Results | readonly Results[]): string {
  const experiments = 'runs' in results ? [results] : results;
  return experiments.map(table).join('\n');
}

function table(results: Results): string {
  const { config, summary } = results;
  const byAccuracy = summary.some(({ metric }) => metric === 'accuracy');
  const compared = summary.length > 1;
  const columns: readonly Column[] = [
    { head: 'Optimizer', align: 'l', cell: ({ optimizer }) => escapeLatex(optimizer) },
    { head: 'Runs', align: 'r', cell: ({ completedRuns }) => String(completedRuns) },
    ...(byAccuracy
      ? [
          {
            head: 'Accuracy (\\%)',
            align: 'r',
            cell: (row: Summary) => spreadCell(row.finalAccuracy, percent),
          },
        ]
      : []),
    { head: 'Loss', align: 'r', cell: ({ finalLoss }) => spreadCell(finalLoss, loss) },
    ...(compared ? comparisonColumns : []),
  ];
  const line = (cells: readonly string[]) => `    ${cells.join(' & ')} \\\\`;
  return [
    '% \\usepackage{booktabs}',
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${caption(results)}}`,
    `  \\begin{tabular}{${columns.map(({ align }) => align).join('')}}`,
    '    \\toprule',
    line(columns.map(({ head }) => head)),
    '    \\midrule',
    ...summary.map((row) => line(columns.map(({ cell }) => cell(row, config)))),
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n');
}

interface Column {
  readonly head: string;
  readonly align: string;
  readonly cell: (row: Summary, config: Results['config']) => string;
}

const comparisonColumns: readonly Column[] = [
  { head: 'Difference', align: 'r', cell: differenceCell },
  { head: '$p_t$', align: 'r', cell: ({ differenceToBaseline }) => pCell(differenceToBaseline?.tTest) },
  { head: '$p_W$', align: 'r', cell: ({ differenceToBaseline }) => pCell(differenceToBaseline?.wilcoxon) },
  { head: '', align: 'l', cell: ({ differenceToBaseline }) => differenceToBaseline?.verdict ?? '' },
];

function caption({ config, summary }: Results): string {
  const { seeds, task, model, epochs } = config;
  const what = `${escapeLatex(model)} on ${escapeLatex(task)}, ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}: mean and standard deviation over ${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'}.`;
  if (summary.length < 2) return what;
  const unit = summary[0]?.metric === 'accuracy' ? 'accuracy, in percentage points' : 'loss';
  return `${what} Difference: ${unit}, to ${escapeLatex(baselineOf(config) ?? '')}, paired by seed, with Bonferroni-corrected 95\\,\\% $t$-interval; $p_t$, $p_W$: paired $t$-test and Wilcoxon signed-rank test, adjusted by Holm.`;
}

function spreadCell(spread: Spread | null, show: (value: number, like: number) => string): string {
  if (!spread) return '--';
  const { mean, sd } = spread;
  return sd === null ? `$${show(mean, mean)}$` : `$${show(mean, mean)} \\pm ${show(sd, mean)}$`;
}

function differenceCell(
  { differenceToBaseline, metric, optimizer }: Summary,
  config: Results['config'],
): string {
  if (optimizer === baselineOf(config)) return 'baseline';
  if (!differenceToBaseline) return '--';
  const { mean, corrected } = differenceToBaseline;
  const show = (value: number) => signedText(differenceToBaseline, value, metric).replace('−', '-');
  const interval = corrected ? `$[${show(corrected.low)}, ${show(corrected.high)}]$` : '--';
  return `$${show(mean)}$ ${interval}`;
}

function pCell(test: Difference['tTest'] | undefined): string {
  return test ? `$${pText(test.holm)}$` : '--';
}
