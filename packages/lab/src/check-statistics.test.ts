import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Results } from './results/results.js';
import { testFolder } from './testing/start-cli.js';
import { type SyntheticSettings, syntheticResults } from './testing/synthetic-results.js';

/** Debian has SciPy in its own Python, which may not be the first one. */
const python = ['/usr/bin/python3', 'python3'].find(
  (command) => spawnSync(command, ['-c', 'import scipy, numpy']).status === 0,
);
const script = fileURLToPath(new URL('../scripts/check-statistics.py', import.meta.url));
const targets = { accuracy: [0.9, 0.95], loss: [0.06] };

describe.runIf(python)('the recomputation by SciPy', () => {
  let folder: Awaited<ReturnType<typeof testFolder>>;
  beforeAll(async () => {
    folder = await testFolder();
  });
  afterAll(() => folder.remove());

  async function check(results: Results) {
    const file = join(folder.path, 'results.json');
    await writeFile(file, JSON.stringify(results));
    const { status, stdout, stderr } = spawnSync(python!, [script, file], { encoding: 'utf8' });
    return { status, output: stdout + stderr };
  }

  it.each<[string, SyntheticSettings]>([
    ['five optimizers with ten seeds', { more: { targets } }],
    ['many ties and zeros', { examples: 100, seeds: 12, more: { targets } }],
    ['nothing but ties', { examples: 1 }],
    ['a baseline that is not the first', { more: { baseline: 'nsf' }, random: 3 }],
    ['losses alone', { regression: true, more: { targets: { loss: [0.08] } } }],
    ['runs that did not complete', { troubles: true, more: { targets } }],
    ['two seeds', { seeds: 2 }],
    ['one seed', { seeds: 1 }],
    ['one optimizer', { optimizers: ['adam'] }],
    ['more than fifty seeds, with ties', { seeds: 60, epochs: 2 }],
  ])('agrees for %s', async (_, settings) => {
    const { status, output } = await check(syntheticResults(settings));
    expect(output).toMatch(/: \d+ values, 0 differ\n$/);
    expect(status).toBe(0);
  });

  it('finds a number that is wrong', async () => {
    const results = syntheticResults();
    const [first, second, ...rest] = results.summary;
    const difference = second!.differenceToBaseline!;
    const tTest = { p: difference.tTest!.p, holm: difference.tTest!.holm + 1e-5 };
    const wrong = { ...second!, differenceToBaseline: { ...difference, tTest } };
    const { status, output } = await check({ ...results, summary: [first!, wrong, ...rest] });
    expect(status).toBe(1);
    expect(output).toMatch(/adam: difference: tTest Holm: \S+ in the file, \S+ recomputed\n.* 1 differ\n$/);
  });
});
