import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import { expect, it } from 'vitest';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

it('the example of the README runs as it stands', async () => {
  const readme = await readFile(path('../../README.md'), 'utf8');
  const [, code] = /## With TensorFlow\.js.*?```js\n(.*?)```/s.exec(readme)!;
  // Inside of the package, where names are found as they are for a user.
  const folder = await mkdtemp(path('../../dist/readme-'));
  try {
    await writeFile(join(folder, 'example.mjs'), code!);
    const { stdout } = await promisify(execFile)(process.execPath, ['example.mjs'], { cwd: folder });
    expect(Number(stdout)).toBeGreaterThan(0);
    expect(Number(stdout)).toBeLessThan(0.05);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('the main entry pulls in neither this adapter nor TensorFlow.js', async () => {
  const bundle = await rolldown({
    input: path('../index.ts'),
    external: /^@tensorflow/,
    resolve: { extensionAlias: { '.js': ['.ts'] } },
  });
  const { output } = await bundle.generate();
  await bundle.close();
  expect(output).toHaveLength(1);
  expect(output[0].imports).toEqual([]);
  expect(output[0].moduleIds.length).toBeGreaterThan(10);
  expect(output[0].moduleIds.filter((id) => id.startsWith(path('./')))).toEqual([]);
});
