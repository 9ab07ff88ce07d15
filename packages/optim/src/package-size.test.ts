import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { expect, it } from 'vitest';

it('the main entry, kernel included, is below 15 kB gzipped and imports nothing', async () => {
  const bundle = await rolldown({ input: fileURLToPath(new URL('index.ts', import.meta.url)) });
  const { output } = await bundle.generate({ minify: true });
  expect(output).toHaveLength(1);
  const [{ code, imports, dynamicImports }] = output;
  expect([...imports, ...dynamicImports]).toEqual([]);
  const size = gzipSync(code, { level: 9 }).length;
  console.log(`@spectrain/optim: ${(size / 1000).toFixed(1)} kB gzipped`);
  expect(size).toBeLessThan(15_000);
});
