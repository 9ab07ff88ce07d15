import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Conducted, conduct } from '../experiment/conduct.js';
import type { Experiment } from '../experiment/experiment.js';
import { openFolder } from '../experiment/experiment-folder.js';
import type { Interruption } from '../interruption.js';
import { chosenOf } from '../results/results-of.js';
import { recordExperiment } from '../store/experiment-record.js';
import { readTaskData } from '../tasks/task-data.js';
import type { TuningOutcome } from '../tuning/choose-best.js';
import { type ExperimentName, experimentNames } from './claim-experiments.js';

/** An experiment with all of its runs, as far as they have been begun. */
export interface CarriedOut extends Conducted {
  readonly experiment: Experiment;
  /** What the trials showed to be best. */
  readonly chosen: readonly TuningOutcome[];
}

export type ClaimRuns = Readonly<Record<ExperimentName, CarriedOut>>;

/**
 * Carries out what is left of the experiments, each in a folder of its own.
 * @returns nothing where it was interrupted
 */
export async function carryOutClaims(
  folder: string,
  experiments: Readonly<Record<ExperimentName, Experiment>>,
  options: { readonly jobs: number; readonly interruption: Interruption },
): Promise<ClaimRuns | undefined> {
  await openFolder(folder);
  const carriedOut: (readonly [ExperimentName, CarriedOut])[] = [];
  for (const name of experimentNames) {
    const own = join(folder, name);
    await mkdir(own, { recursive: true });
    const experiment = await recordExperiment(own, experiments[name]);
    const data = await readTaskData(experiment, undefined);
    process.stderr.write(
      `${name}: ${experiment.optimizers.length} optimizers, ${experiment.seeds.length} seeds\n`,
    );
    const conducted = await conduct(experiment, data, own, {
      ...options,
      retries: 2,
      dataDir: undefined,
      queue: undefined,
    });
    if (options.interruption.signal.aborted) return undefined;
    carriedOut.push([name, { ...conducted, experiment, chosen: chosenOf(experiment, conducted.trials) }]);
  }
  return Object.fromEntries(carriedOut) as Record<ExperimentName, CarriedOut>;
}
