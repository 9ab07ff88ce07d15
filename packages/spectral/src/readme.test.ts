import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import * as spectral from './index.js';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');

it('the example of the README prints what it says', async () => {
  const [[, code, printed], ...others] = [...readme.matchAll(/```js\n(import .*?\/\/ (gain.*?)\n)```/gs)] as [
    RegExpExecArray,
  ];
  expect(others).toEqual([]);
  // Inside of the package, so that its name is found as it is for a user.
  const folder = await mkdtemp(fileURLToPath(new URL('../dist/readme-', import.meta.url)));
  try {
    await writeFile(join(folder, 'example.mjs'), code!);
    const { stdout } = await promisify(execFile)(process.execPath, ['example.mjs'], { cwd: folder });
    expect(stdout.trim().split('\n')).toEqual([printed, 'temporal gain at 9 frequencies']);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('its table names functions and probes that exist', () => {
  const table = /\| instrument .*?\n\n/s.exec(readme)![0];
  const names = [...table.matchAll(/`(\w+)`/g)].map(([, name]) => name!);
  expect(names.length).toBeGreaterThan(25);
  for (const name of names) expect(spectral).toHaveProperty(name);
});
