import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const [regression, inMemory, ...adapters] = [...readme.matchAll(/```js\n(.*?)```/gs)].map(
  ([, code]) => code!,
);

/** What an example prints, run as it stands inside of the package, where its name is found as it is for a user. */
async function output(code: string | undefined): Promise<string> {
  const folder = await mkdtemp(fileURLToPath(new URL('../dist/readme-', import.meta.url)));
  try {
    await writeFile(join(folder, 'example.mjs'), code!);
    return (await promisify(execFile)(process.execPath, ['example.mjs'], { cwd: folder })).stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}

it('the example on plain arrays fits the line', async () => {
  const numbers = [...(await output(regression)).matchAll(/-?\d+\.\d+/g)].map(Number);
  expect(numbers).toHaveLength(3);
  [2, -1, 0.5].forEach((expected, i) => {
    expect(Math.abs(numbers[i]! - expected)).toBeLessThan(0.05);
  });
});

it('the example of allocate prints what it says', async () => {
  expect(await output(inMemory)).toMatch(/^-0\.00[01]\d* 7840\n$/);
});

it('the others are those of the adapters, which run them', () => {
  expect(adapters.map((code) => /optim\/(\w+)'/.exec(code)?.[1])).toEqual(['tfjs', 'jax']);
});
