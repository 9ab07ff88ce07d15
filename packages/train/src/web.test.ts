import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { type OutputChunk, rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDataSet } from './data/load-data-set.js';
import { compileProgram } from './program.js';
import { nodeRuntime } from './runtime/node-runtime.js';
import { chromiumPath, launchChromium, serveFolder } from './testing/browser.js';
import type { BrowserResult, BrowserRun } from './testing/browser-page.js';
import { largestDifference, lossesOf } from './testing/digits-batches.js';
import { sampleModels } from './testing/sample-models.js';
import { TrainStep } from './train-step.js';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const packageFile = (name: string) => fileURLToPath(import.meta.resolve(name));

/** A module of this package as one file for the browser. */
async function bundle(input: string, external: readonly RegExp[] = []): Promise<OutputChunk> {
  const made = await rolldown({ input, platform: 'browser', external: [...external] });
  const { output } = await made.generate();
  await made.close();
  expect(output).toHaveLength(1);
  return output[0];
}

it('has nothing of Node in it', async () => {
  const { imports, dynamicImports, code, moduleIds } = await bundle(path('../dist/web.js'), [/^onnxruntime/]);
  expect(moduleIds.length).toBeGreaterThan(100);
  expect(imports).toEqual(['onnxruntime-web/wasm']);
  expect(dynamicImports).toEqual([]);
  expect(code).not.toMatch(/["'`]node:/);
  expect(code).not.toMatch(/\b(require|Buffer)\b *[(.]/);
});

const where = chromiumPath ? `in ${chromiumPath}` : '(skipped: no Chromium; set CHROMIUM_PATH)';

describe.skipIf(!chromiumPath)(`training ${where}`, () => {
  const steps = 50;
  const optimizer = { kind: 'adam', lr: 0.005 } as const;
  let folder: string;
  let server: Awaited<ReturnType<typeof serveFolder>>;
  let browser: Browser;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spectrain-'));
    await mkdir(join(folder, 'ort'));
    for (const name of ['ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm'])
      await cp(packageFile(`onnxruntime-web/${name}`), join(folder, 'ort', name));
    await cp(packageFile('@spectrain/train/digits.csv.gz'), join(folder, 'digits.csv.gz'));
    await writeFile(join(folder, 'page.js'), (await bundle(path('../dist/testing/browser-page.js'))).code);
    await writeFile(
      join(folder, 'index.html'),
      '<!doctype html><script type="module" src="page.js"></script>',
    );
    server = await serveFolder(folder);
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await rm(folder, { recursive: true });
  });

  async function trainInPage(run: BrowserRun): Promise<BrowserResult & { workers: number }> {
    const page = await browser.newPage();
    try {
      await page.goto(server.url);
      await page.waitForFunction('globalThis.spectrain');
      const result: BrowserResult = await page.evaluate(`spectrain.train(${JSON.stringify(run)})`);
      return { ...result, workers: page.workers().length };
    } finally {
      await page.close();
    }
  }

  async function trainInNode(model: BrowserRun['model'], threads: number) {
    const data = await loadDataSet('digits');
    const step = await TrainStep.create({
      program: compileProgram(sampleModels[model], data.shape, data.classes),
      optimizer,
      runtime: nodeRuntime({ threads }),
    });
    const losses = await lossesOf(step, data, steps);
    const started = performance.now();
    await lossesOf(step, data, steps);
    const examplesPerSecond = (32 * steps * 1000) / (performance.now() - started);
    await step.dispose();
    return { losses, examplesPerSecond };
  }

  it.each([
    ['mlp', 1],
    ['mlp', 2],
    ['cnn', 1],
    ['cnn', 2],
  ] as const)('%s on %i thread(s) has the losses of Node', async (model, threads) => {
    const found = await trainInPage({ model, optimizer, threads, steps });
    const expected = await trainInNode(model, threads);
    const difference = largestDifference(found.losses, expected.losses);
    const rates = [found, expected].map(({ examplesPerSecond }) => examplesPerSecond.toFixed());
    console.log(
      `${model}, ${threads} thread(s): difference ${difference}, images/s ${rates.join(', Node ')}`,
    );
    expect(found).toMatchObject({ isolated: true, workers: threads - 1 });
    expect(difference).toBeLessThan(1e-4);
    expect(found.losses.at(-1)).toBeLessThan(found.losses[0]!);
  });

  it('the example of the README trains in a worker, as it stands', async () => {
    const readme = await readFile(path('../README.md'), 'utf8');
    const [, section] = /## In the browser\n(.*?)\n## /s.exec(readme)!;
    const blocks = [...section!.matchAll(/```(?:html|js)\n(.*?)```/gs)].map(([, code]) => code!);
    const names = ['index.html', 'train.js', 'build.mjs'];
    // Inside of the package, where its name is found as it is for a user.
    const example = await mkdtemp(path('../dist/readme-'));
    let served: typeof server | undefined;
    try {
      for (const [i, name] of names.entries()) await writeFile(join(example, name), blocks[i]!);
      await promisify(execFile)(process.execPath, ['build.mjs'], { cwd: example });
      served = await serveFolder(join(example, 'public'));
      const page = await browser.newPage();
      await page.goto(served.url);
      const log = page.locator('#log');
      await expect.poll(() => log.textContent(), { timeout: 20_000 }).toMatch(/^done/m);
      const lines = (await log.textContent())!.trim().split('\n');
      expect(lines).toHaveLength(6);
      expect(lines[4]).toMatch(/^epoch 5: 9\d\.\d % at \d+ images\/s$/);
      expect(blocks).toHaveLength(names.length);
    } finally {
      await served?.close();
      await rm(example, { recursive: true });
    }
  });
});
