import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planExperiment } from '../experiment/experiment.js';
import { finalConfigs, trialConfigs } from '../experiment/plan.js';
import { experimentFile, runsFolder } from '../store/experiment-record.js';
import { testFolder } from '../testing/start-cli.js';
import { storeTestRun } from '../testing/stored-runs.js';
import { readResults } from './results-of.js';

test('runs with what seemed best before a trial came to its end do not count', async () => {
  const folder = await testFolder();
  const tuning = { trials: 2, seeds: [9], epochs: 2, validation: 0.1, metric: 'accuracy' } as const;
  const flags = { task: 'digits', augment: true, epochs: 2 };
  const experiment = { ...planExperiment(flags, '--optimizers', ['adam'], [0]), tuning };
  await writeFile(join(folder.path, experimentFile), JSON.stringify(experiment));
  const runs = join(folder.path, runsFolder);
  const settings = { trainCount: 320, threads: 1 };
  const [first, second] = trialConfigs(experiment, settings);
  const finalWith = (spec = first!.spec) =>
    finalConfigs(experiment, settings, [{ optimizer: 'adam', spec }])[0]!;
  await storeTestRun(runs, first!, { epochs: 1, end: 'failed' });
  await storeTestRun(runs, second!, { end: 'completed' });
  await storeTestRun(runs, finalWith(second!.spec), { end: 'completed' });
  expect((await readResults(folder.path)).runs).toMatchObject([{ config: { spec: second!.spec } }]);

  await storeTestRun(runs, first!, { end: 'completed' });
  expect((await readResults(folder.path)).runs).toEqual([]);
  await storeTestRun(runs, finalWith(), { end: 'completed' });
  expect((await readResults(folder.path)).runs).toMatchObject([{ config: { spec: first!.spec } }]);
  await folder.remove();
});
