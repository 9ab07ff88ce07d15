import { readdir, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunConfig } from '../run-config/run-config.js';
import { readRun } from '../store/run-folder.js';
import { RunLock } from '../store/run-lock.js';
import { testFolder } from '../testing/start-cli.js';
import { storeTestExperiment, storeTestRun } from '../testing/stored-runs.js';
import { configDifferences, finalMetrics } from './diff-runs.js';
import { epochsCsv } from './epochs-csv.js';
import { experimentStatuses } from './experiment-status.js';
import { listRuns } from './list-runs.js';
import { planRemoval, removeRuns } from './remove-runs.js';
import { findRunFolder } from './run-argument.js';

let folder: Awaited<ReturnType<typeof testFolder>>;
let experiment: string;
let runs: string;
let configs: readonly RunConfig[];
beforeEach(async () => {
  folder = await testFolder();
  experiment = join(folder.path, 'experiment');
  runs = join(experiment, 'runs');
  configs = await storeTestExperiment(experiment);
});
afterEach(() => folder.remove());

const read = async (path: string) => (await readRun(path))!;

test('a list has the newest experiment first, and what there is of each run', async () => {
  await storeTestRun(runs, configs[0]!, { epochs: 4, end: 'completed' });
  await storeTestRun(runs, configs[1]!, { epochs: 0 });
  const newer = join(folder.path, 'newer', 'runs');
  await storeTestRun(newer, configs[1]!, { started: '2026-01-03T00:00:00.000Z' });
  const found = await listRuns(folder.path);
  expect(found.map((run) => [basename(run.experiment), run.optimizer, run.status, run.epoch])).toEqual([
    ['newer', 'adam', 'pending', 2],
    ['experiment', 'adam', 'pending', 0],
    ['experiment', 'momentum', 'completed', 4],
  ]);
  expect(found[2]).toMatchObject({ accuracy: 0.75, loss: 0.5, epochs: 4, seed: 0 });
  expect(found[1]).toMatchObject({ accuracy: null, loss: null });
  expect(found[0]!.bytes).toBeGreaterThan(300);
});

describe('a run', () => {
  test('is named by its path, or by the start of its id', async () => {
    const first = await storeTestRun(runs, configs[0]!);
    await storeTestRun(runs, configs[2]!);
    expect(await findRunFolder(first, folder.path)).toBe(first);
    expect(await findRunFolder('momentum-seed0', folder.path)).toBe(first);
    await expect(findRunFolder('momentum', folder.path)).rejects.toThrow(
      /^run: found "momentum"; allowed: more of the name, or a path: .*momentum-seed0.*, .*momentum-seed1/,
    );
    await expect(findRunFolder('momentun-seed1', folder.path)).rejects.toThrow(/; nearest: momentum-seed1/);
    await expect(findRunFolder('', folder.path)).rejects.toThrow(/^run: found ""/);
    await expect(findRunFolder(runs, join(folder.path, 'none'))).rejects.toThrow(/none$/);
  });

  test('differs from another in what was configured, and in what came of it', async () => {
    const pair = [
      await read(await storeTestRun(runs, configs[0]!, { epochs: 1, end: 'stopped' })),
      await read(await storeTestRun(runs, configs[2]!, { epochs: 4, end: 'completed' })),
    ] as const;
    expect(configDifferences(...pair)).toEqual([{ name: 'seed', values: ['0', '1'] }]);
    expect(finalMetrics(...pair)).toContainEqual({ name: 'test accuracy %', values: ['50.00', '75.00'] });
  });

  test('is exported with a line an epoch', async () => {
    const run = await read(await storeTestRun(runs, configs[1]!));
    expect(epochsCsv([run]).split('\n')).toEqual([
      'run,optimizer,seed,trial,epoch,step,trainLoss,testLoss,testAccuracy,lr,momentum,p,seconds,examplesPerSecond',
      `${run.id},adam,0,,1,10,1,2,0.5,0.1,,,3,100`,
      `${run.id},adam,0,,2,20,0.5,1,0.75,0.1,,,3,100`,
    ]);
  });
});

test('the status tells how far an experiment has come, and who is at work', async () => {
  expect(await experimentStatuses(folder.path)).toMatchObject([{ pending: 4, secondsLeft: null }]);
  await storeTestRun(runs, configs[0]!, { epochs: 4, end: 'completed' });
  await storeTestRun(runs, configs[1]!, { epochs: 1, end: 'diverged' });
  const lock = await RunLock.acquire(join(await storeTestRun(runs, configs[2]!), '.lock'));
  expect(await experimentStatuses(folder.path)).toMatchObject([
    {
      folder: experiment,
      planned: 4,
      completed: 1,
      running: 1,
      failed: 1,
      pending: 1,
      done: 10 / 16,
      secondsLeft: 6 * 3,
      processes: [{ epoch: 3, epochs: 4, pid: process.pid }],
    },
  ]);
  await lock.release();
});

describe('a removal', () => {
  const remove = async (...texts: readonly string[]) => removeRuns(await planRemoval(texts));

  test('takes a run, or an experiment with its runs, but no file of somebody else', async () => {
    const first = await storeTestRun(runs, configs[0]!);
    await storeTestRun(runs, configs[1]!);
    await remove(first);
    expect(await readdir(runs)).toHaveLength(1);
    await writeFile(join(experiment, 'mine.txt'), '');
    await remove(experiment);
    expect(await readdir(experiment)).toEqual(['mine.txt']);
  });

  test('leaves no folder of an experiment that is empty', async () => {
    await storeTestRun(runs, configs[0]!);
    await remove(experiment);
    expect(await readdir(folder.path)).toEqual([]);
  });

  test('is refused while one of the runs is under way, and of anything else', async () => {
    await storeTestRun(runs, configs[0]!);
    const busy = await storeTestRun(runs, configs[1]!);
    const lock = await RunLock.acquire(join(busy, '.lock'));
    await expect(remove(experiment)).rejects.toThrow(/^run: found "adam-seed0-.*allowed: a run that is not/);
    await lock.release();
    await expect(remove(folder.path)).rejects.toThrow(/^run: found/);
    expect((await readdir(runs)).length).toBe(2);
    expect(await readdir(busy)).not.toContain('.lock');
  });

  test('does not follow links', async () => {
    const elsewhere = await storeTestRun(join(folder.path, 'elsewhere'), configs[0]!);
    const link = join(runs, basename(elsewhere));
    await symlink(elsewhere, link);
    await expect(remove(link)).rejects.toThrow(/^run: found/);
    await expect(remove(`${link}/`)).rejects.toThrow(/^run: found/);
    await remove(experiment);
    expect(await readdir(elsewhere)).toContain('config.json');
  });
});
