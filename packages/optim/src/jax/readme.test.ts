import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('the example of the README runs as it stands', async () => {
  const text = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const [, code] = /## With jax-js\n.*?```js\n(.*?)```/s.exec(text)!;
  // Inside of the package, where its name is found as it is for a user.
  const folder = await mkdtemp(fileURLToPath(new URL('../../dist/readme-', import.meta.url)));
  try {
    await writeFile(join(folder, 'example.mjs'), code!);
    const { stdout } = await promisify(execFile)(process.execPath, ['example.mjs'], { cwd: folder });
    const [w0, w1, b] = [...stdout.matchAll(/-?\d+(\.\d+)?/g)].map(([number]) => Number(number));
    expect(w0).toBeCloseTo(2, 2);
    expect(w1).toBeCloseTo(-1, 2);
    expect(b).toBeCloseTo(0.5, 2);
  } finally {
    await rm(folder, { recursive: true });
  }
});
