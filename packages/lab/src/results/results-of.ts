import { join } from 'node:path';
import type { Experiment } from '../experiment/experiment.js';
import { InputError } from '../input/input-error.js';
import { canonical } from '../run-config/run-config.js';
import { readExperimentRecord, runsFolder } from '../store/experiment-record.js';
import { findRuns, type StoredRun } from '../store/run-folder.js';
import { chooseBest, type TuningOutcome } from '../tuning/choose-best.js';
import { versions } from '../versions.js';
import type { Results } from './results.js';
import { summarize } from './summarize.js';

/** The results of an experiment from its runs, in the order of the plan. @param started ISO 8601 */
export function resultsOf(
  experiment: Experiment,
  runs: readonly StoredRun[],
  trials: readonly StoredRun[],
  started: string,
): Results {
  const own = runs.map(({ run }) => run);
  const chosen = runs.length > 0 ? chosenOf(experiment, trials) : [];
  return {
    runs: own,
    summary: summarize(experiment, own),
    config: experiment,
    ...(trials.length > 0 && { trials: trials.map(({ run }) => run) }),
    ...(chosen.length > 0 && {
      chosen: chosen.map(({ optimizer, trial, values, spec, score }) => ({
        optimizer,
        trial,
        settings: values,
        spec,
        score,
      })),
    }),
    versions: versions(),
    started,
  };
}

/** What the trials showed to be best for each optimizer. */
export function chosenOf(experiment: Experiment, trials: readonly StoredRun[]): readonly TuningOutcome[] {
  return chooseBest(
    experiment,
    trials.map(({ config, run }) => ({ config, status: run.status, epochs: run.epochs })),
  );
}

/** The results of the experiment that a folder is of, from its runs alone. @throws InputError where it is of none */
export async function readResults(folder: string): Promise<Results> {
  const experiment = await readExperimentRecord(folder);
  if (!experiment) throw new InputError('folder', folder, 'the folder of an experiment');
  const stored = (await findRuns(join(folder, runsFolder))).filter(({ started }) => started !== undefined);
  const started = stored.map((run) => run.started ?? '').toSorted()[0] ?? new Date().toISOString();
  const labels = experiment.optimizers.map(({ label }) => label);
  const place = ({ config: { optimizer, seed, trial = 0 } }: StoredRun) => [
    trial,
    experiment.tuning?.seeds.indexOf(seed) ?? 0,
    experiment.seeds.indexOf(seed),
    labels.indexOf(optimizer),
  ];
  const sorted = stored.toSorted((a, b) => compare(place(a), place(b)));
  const trials = sorted.filter(({ config }) => config.trial !== undefined);
  const specs = new Map(experiment.optimizers.map(({ label, spec }) => [label, spec]));
  for (const { optimizer, spec } of chosenOf(experiment, trials)) specs.set(optimizer, spec);
  // A trial that failed, and then did not, may have changed what is best: runs with what was best before do not count.
  const runs = sorted.filter(
    ({ config: { optimizer, spec, trial } }) =>
      trial === undefined && canonical(spec) === canonical(specs.get(optimizer) ?? null),
  );
  return resultsOf(experiment, runs, trials, started);
}

function compare(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((value, j) => value !== b[j]);
  return i < 0 ? 0 : a[i]! - b[i]!;
}
