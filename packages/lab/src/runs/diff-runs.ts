import { duration, loss, none, percent } from '../format.js';
import type { StoredRun } from '../store/run-folder.js';
import { flatten } from './flatten.js';

/** A value that two runs have; null where one has none. */
export interface RunDifference {
  readonly name: string;
  readonly values: readonly [string | null, string | null];
}

/** The fields of the configuration in which two runs differ. */
export function configDifferences(first: StoredRun, second: StoredRun): readonly RunDifference[] {
  const [a, b] = [first, second].map(({ config }) => new Map(flatten(config))) as [
    Map<string, string>,
    Map<string, string>,
  ];
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((name) => a.get(name) !== b.get(name))
    .map((name) => ({ name, values: [a.get(name) ?? null, b.get(name) ?? null] }));
}

/** How far both have come, and to what. */
export function finalMetrics(first: StoredRun, second: StoredRun): readonly RunDifference[] {
  const [a, b] = [first, second].map(metricsOf) as [Map<string, string>, Map<string, string>];
  return [...a.keys()].map((name) => ({ name, values: [a.get(name)!, b.get(name)!] }));
}

/** Rows of a table: a name, and the value of each. */
export function differenceRows(differences: readonly RunDifference[]): readonly (readonly string[])[] {
  return differences.map(({ name, values }) => [name, ...values.map((value) => value ?? none)]);
}

function metricsOf({ status, run: { epochs, seconds } }: StoredRun): Map<string, string> {
  const last = epochs.at(-1);
  const accuracies = epochs.flatMap(({ testAccuracy }) => testAccuracy ?? []);
  return new Map([
    ['status', status],
    ['epochs', String(epochs.length)],
    ['train loss', last ? loss(last.trainLoss) : none],
    ['test loss', last ? loss(last.testLoss) : none],
    ['test accuracy %', accuracies.length > 0 ? percent(accuracies.at(-1)!) : none],
    ['best accuracy %', accuracies.length > 0 ? percent(Math.max(...accuracies)) : none],
    ['time', last ? duration(seconds) : none],
  ]);
}
