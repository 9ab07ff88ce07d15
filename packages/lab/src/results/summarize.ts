import { mean } from 'simple-statistics';
import type { Experiment } from '../experiment/experiment.js';
import { compare } from '../statistics/comparison.js';
import { spread } from '../statistics/spread.js';
import { finalValue, type Metric, metricOf, metrics } from './metric.js';
import { baselineOf, type Run, type Summary } from './results.js';
import { targetsOf, timeToTarget } from './time-to-target.js';

/** Summarises the runs of an experiment, one row per optimizer, each but the baseline compared with that. */
export function summarize(
  experiment: Pick<Experiment, 'optimizers' | 'baseline' | 'targets'>,
  runs: readonly Run[],
): readonly Summary[] {
  const labels = experiment.optimizers.map(({ label }) => label);
  const of = (optimizer: string | undefined) => runs.filter((run) => run.optimizer === optimizer);
  const baseline = baselineOf(experiment);
  const metric = metricOf(runs);
  const others = labels.filter((label) => label !== baseline);
  const differences = compare(
    others.map((label) => pairedDifferences(of(label), of(baseline), metric)),
    metric.higherIsBetter,
  );
  return labels.map((optimizer) => {
    const own = of(optimizer);
    const completed = own.filter(({ status }) => status === 'completed');
    return {
      optimizer,
      completedRuns: completed.length,
      finalAccuracy: spread(finalValues(completed, metrics.accuracy)),
      bestAccuracy: spread(completed.flatMap(bestAccuracy)),
      finalLoss: spread(finalValues(completed, metrics.loss)),
      seconds: completed.length > 0 ? mean(completed.map((run) => run.seconds)) : null,
      examplesPerSecond: completed.length > 0 ? mean(completed.map((run) => run.examplesPerSecond)) : null,
      metric: metric.name,
      differenceToBaseline: optimizer === baseline ? null : differences[others.indexOf(optimizer)]!,
      timeToTarget: targetsOf(experiment).map((target) => timeToTarget(own, target)),
    };
  });
}

/** Over the seeds that both have completed, in the order of the first. */
function pairedDifferences(
  runs: readonly Run[],
  baseline: readonly Run[],
  metric: Metric,
): readonly number[] {
  return runs.flatMap((run) => {
    const pair = baseline.find(({ seed }) => seed === run.seed);
    const value = finalValue(run, metric);
    const base = pair && finalValue(pair, metric);
    return value === undefined || base === undefined ? [] : [value - base];
  });
}

function finalValues(runs: readonly Run[], metric: Metric): readonly number[] {
  return runs.flatMap((run) => finalValue(run, metric) ?? []);
}

function bestAccuracy({ epochs }: Run): readonly number[] {
  const accuracies = epochs.flatMap((epoch) => metrics.accuracy.of(epoch) ?? []);
  return accuracies.length > 0 ? [Math.max(...accuracies)] : [];
}
