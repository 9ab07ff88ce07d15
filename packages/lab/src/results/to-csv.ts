import { csvFormat } from 'd3-dsv';
import { configDifferences } from '../experiment/config-differences.js';
import { finalValue, metrics } from './metric.js';
import type { Results } from './results.js';

type Row = Readonly<Record<string, string | number | undefined>>;

const writers = {
  runs: runRows,
  epochs: epochRows,
  summary: summaryRows,
  differences: differenceRows,
  targets: targetRows,
  configuration: configurationRows,
} satisfies Readonly<Record<string, (experiments: readonly Results[]) => readonly Row[]>>;

/** The tables that results have as CSV. */
export type CsvTable = keyof typeof writers;

/** Their names. */
export const csvTables: readonly CsvTable[] = [
  'runs',
  'epochs',
  'summary',
  'differences',
  'targets',
  'configuration',
];

/**
 * One table of one or several experiments as CSV (RFC 4180) with a head line, and the experiment in the first column. Accuracies
 * and their differences are shares, 0 to 1; what is not there is empty, and so is a
 * table without rows. `runs` and `epochs` have the trials of tuning too.
 */
export function toCsv(results: Results | readonly Results[], table: CsvTable): string {
  const experiments = 'runs' in results ? [results] : results;
  const rows = writers[table](experiments);
  if (rows.length === 0) return '';
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return `${csvFormat(rows, columns)}\n`;
}

function allRuns(experiments: readonly Results[]) {
  return experiments.flatMap(({ config, runs, trials = [] }) =>
    [...runs, ...trials].map((run) => ({
      run,
      head: { experiment: config.name, optimizer: run.optimizer, trial: run.trial, seed: run.seed },
    })),
  );
}

function runRows(experiments: readonly Results[]): readonly Row[] {
  return allRuns(experiments).map(({ run, head }) => ({
    ...head,
    id: run.id,
    status: run.status,
    reason: run.reason,
    epochs: run.epochs.length,
    finalAccuracy: finalValue(run, metrics.accuracy),
    finalLoss: finalValue(run, metrics.loss),
    seconds: run.seconds,
    examplesPerSecond: run.examplesPerSecond,
  }));
}

function epochRows(experiments: readonly Results[]): readonly Row[] {
  return allRuns(experiments).flatMap(({ run, head }) => run.epochs.map((epoch) => ({ ...head, ...epoch })));
}

function summaryRows(experiments: readonly Results[]): readonly Row[] {
  return eachSummary(experiments).map(({ head, row }) => ({
    ...head,
    completedRuns: row.completedRuns,
    finalAccuracy: row.finalAccuracy?.mean,
    finalAccuracySd: row.finalAccuracy?.sd ?? undefined,
    bestAccuracy: row.bestAccuracy?.mean,
    bestAccuracySd: row.bestAccuracy?.sd ?? undefined,
    finalLoss: row.finalLoss?.mean,
    finalLossSd: row.finalLoss?.sd ?? undefined,
    seconds: row.seconds ?? undefined,
    examplesPerSecond: row.examplesPerSecond ?? undefined,
  }));
}

function differenceRows(experiments: readonly Results[]): readonly Row[] {
  return eachSummary(experiments).flatMap(({ head, row }) => {
    const difference = row.differenceToBaseline;
    if (!difference) return [];
    return {
      ...head,
      metric: row.metric,
      pairs: difference.pairs,
      mean: difference.mean,
      low: difference.low ?? undefined,
      high: difference.high ?? undefined,
      correctedLow: difference.corrected?.low,
      correctedHigh: difference.corrected?.high,
      bootstrapLow: difference.bootstrap?.low,
      bootstrapHigh: difference.bootstrap?.high,
      tTestP: difference.tTest?.p,
      tTestHolm: difference.tTest?.holm,
      wilcoxonP: difference.wilcoxon?.p,
      wilcoxonHolm: difference.wilcoxon?.holm,
      verdict: difference.verdict ?? undefined,
    };
  });
}

function targetRows(experiments: readonly Results[]): readonly Row[] {
  return eachSummary(experiments).flatMap(({ head, row }) =>
    row.timeToTarget.map(({ metric, value, runs, reached, epoch, step, seconds }) => ({
      ...head,
      metric,
      target: value,
      runs,
      reached,
      medianEpoch: epoch ?? undefined,
      medianStep: step ?? undefined,
      medianSeconds: seconds ?? undefined,
    })),
  );
}

function eachSummary(experiments: readonly Results[]) {
  return experiments.flatMap(({ config, summary }) =>
    summary.map((row) => ({ head: { experiment: config.name, optimizer: row.optimizer }, row })),
  );
}

function configurationRows(experiments: readonly Results[]): readonly Row[] {
  const { fields, rows } = configDifferences(experiments);
  return rows.map(({ experiment, optimizer, values }) => ({
    experiment,
    optimizer,
    ...Object.fromEntries(fields.map((field, i) => [field, values[i]])),
  }));
}
