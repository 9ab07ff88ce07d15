import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder } from '../testing/start-cli.js';
import { storeTestExperiment } from '../testing/stored-runs.js';
import { experimentFile, readExperimentRecord } from './experiment-record.js';

test('a record is told from other JSON', async () => {
  const folder = await testFolder();
  const file = join(folder.path, experimentFile);
  expect(await readExperimentRecord(folder.path)).toBeUndefined();
  for (const text of ['null', '[]', '{}', '{"task":"digits","seeds":3,"optimizers":[]}', '{"task":']) {
    await writeFile(file, text);
    await expect(readExperimentRecord(folder.path)).rejects.toThrow(/experiment\.json: found .*; allowed: /);
  }
  await storeTestExperiment(folder.path);
  expect(await readExperimentRecord(folder.path)).toMatchObject({ task: 'digits', seeds: [0, 1] });
  await folder.remove();
});
