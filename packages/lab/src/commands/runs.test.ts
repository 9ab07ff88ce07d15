import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCli, testFolder } from '../testing/start-cli.js';
import { storeTestExperiment, storeTestRun } from '../testing/stored-runs.js';

let folder: Awaited<ReturnType<typeof testFolder>>;
beforeAll(async () => {
  folder = await testFolder();
  const [first, second] = await storeTestExperiment(join(folder.path, 'runs/e'));
  await storeTestRun(join(folder.path, 'runs/e/runs'), first!, { epochs: 4, end: 'completed' });
  await storeTestRun(join(folder.path, 'runs/e/runs'), second!);
});
afterAll(() => folder.remove());

const run = (line: string) => startCli(line.split(' '), folder.path).ended;

describe('runs', () => {
  test('are listed', async () => {
    const { status, stdout } = await run('runs list');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^run .*\nadam-seed0-\S+ +e +pending +adam +0 +2\/4 +75\.00 +1\.00 .*\nmomentum-/);
    expect(JSON.parse((await run('runs list --json')).stdout)).toHaveLength(2);
  });

  test('are shown, compared and exported', async () => {
    expect((await run('runs show momentum')).stdout).toMatch(/\nstatus +completed\n.*config\.spec\.lr +0/s);
    expect((await run('runs diff momentum adam')).stdout).toMatch(/\noptimizer +"momentum" +"adam"\n/);
    expect((await run('runs export runs/e --csv')).stdout.trim().split('\n')).toHaveLength(7);
  });

  test('are removed only where somebody said so', async () => {
    const refused = await run('runs rm adam');
    expect(refused.status).toBe(2);
    expect(refused.stderr).toMatch(/^error: --yes: .*\n$/);
    expect(await run('runs rm adam --yes')).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(await run('runs show adam')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^error: .*\n$/),
    });
  });
});

test('the status is told', async () => {
  const { status, stdout } = await run('status');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^experiment .*\ne +4 +1 +0 +0 +3 +25 +36\.0 s\n$/);
});
