import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');

describe('the README', () => {
  it('has an example that prints what it says', async () => {
    const [, code, printed] = /```js\n(import .*\/\/ (.*?)\n)```/s.exec(readme)!;
    // Inside of the package, so that its name is found as it is for a user.
    const folder = await mkdtemp(fileURLToPath(new URL('../dist/readme-', import.meta.url)));
    try {
      await writeFile(join(folder, 'example.mjs'), code!);
      const { stdout } = await promisify(execFile)(process.execPath, ['example.mjs'], { cwd: folder });
      expect(stdout.trim()).toBe(printed);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
