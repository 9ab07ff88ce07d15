/**
 * `npm run bench:memory`: how much the largest resident memory of a process grows while it makes a model and trains three
 * steps, beside PyTorch, each in a process of its own. `ONLY=wrn` changes what is measured.
 */
import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { blockOfChannels, nodeRuntime } from '@spectrain/train';
import { prepareStep, type Work } from './own-steps.js';
import { startPyTorch } from './pytorch.js';

const works = [
  { model: 'wrn-16-1', batch: 64 },
  { model: 'wrn-16-1', batch: 128 },
  { model: 'wrn-16-4', batch: 64 },
  { model: 'wrn-28-10', batch: 16 },
  { model: 'mlp-784-512-512-10', batch: 128 },
  { model: 'transformer-4-128', batch: 32 },
]
  .filter(({ model }) => model.includes(process.env.ONLY ?? ''))
  .map((work): Work => ({ ...work, steps: 3, threads: availableParallelism() }));
const request = process.argv[2];

if (request) console.log(await own(JSON.parse(request)));
else await compare();

/** KiB that this process's peak grows by; the libraries are loaded before. */
async function own(work: Work): Promise<number> {
  await blockOfChannels(nodeRuntime());
  const before = process.resourceUsage().maxRSS;
  const { run } = await prepareStep(work);
  await run(work.steps);
  return process.resourceUsage().maxRSS - before;
}

/** The same of PyTorch. */
async function theirs(work: Work): Promise<number | undefined> {
  const pytorch = await startPyTorch('train_step.py', work.threads);
  if (typeof pytorch === 'string') return undefined;
  const { peak } = await pytorch.ask(work);
  pytorch.close();
  return peak! - pytorch.hello.peak!;
}

async function compare(): Promise<void> {
  console.log(`${'model, batch'.padEnd(25)}${'spectrain MiB'.padEnd(16)}${'PyTorch MiB'.padEnd(16)}ratio`);
  for (const work of works) {
    const path = fileURLToPath(new URL(import.meta.url));
    const ours = Number(execFileSync(process.execPath, [path, JSON.stringify(work)], { encoding: 'utf8' }));
    const peer = await theirs(work);
    const cells = [`${work.model}, ${work.batch}`.padEnd(25), (ours / 1024).toFixed(0).padEnd(16)];
    if (peer !== undefined) cells.push((peer / 1024).toFixed(0).padEnd(16), (ours / peer).toFixed(2));
    console.log(cells.join('').trimEnd());
  }
}
