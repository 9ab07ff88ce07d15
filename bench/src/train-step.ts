/**
 * `npm run bench:train`: training steps (forward, backward, update; SGD with momentum) beside PyTorch's on the same machine
 * with the same number of threads. Both sides take turns; a pair of turns gives one ratio. `PAIRS=15` and `ONLY=mlp`
 * change what is measured.
 */
import { availableParallelism } from 'node:os';
import { prepare, type Work } from './own-steps.js';
import { startPyTorch } from './pytorch.js';
import { formatSpread, spread } from './statistics.js';

const entries = [
  { model: 'wrn-16-1', batch: 64, steps: 5 },
  { model: 'wrn-16-1', batch: 128, steps: 3 },
  { model: 'wrn-16-4', batch: 64, steps: 1 },
  { model: 'wrn-28-10', batch: 16, steps: 1 },
  { model: 'mlp-784-512-512-10', batch: 128, steps: 50 },
  { model: 'mlp-64-64-10', batch: 32, steps: 1000 },
  { model: 'transformer-4-128', batch: 32, steps: 4 },
].filter(({ model }) => model.includes(process.env.ONLY ?? ''));
const pairs = Number(process.env.PAIRS ?? 15);
const threads = availableParallelism();
const pytorch = await startPyTorch<Work>('train_step.py');
if (typeof pytorch === 'string') console.log(`PyTorch is skipped: ${pytorch}`);
else {
  console.log(`PyTorch ${pytorch.version}, ${threads} threads; ${pairs} pairs, medians (quartiles)`);
  if (pytorch.gigaflops! < 30)
    console.log(
      `Its matrix products reach ${pytorch.gigaflops!.toFixed(0)} GFLOP/s: it lacks a fast BLAS (Debian: libopenblas0-pthread).`,
    );
}
const width = 25;
console.log(
  `${'model, batch'.padEnd(width)}${'spectrain examples/s'.padEnd(24)}${'PyTorch examples/s'.padEnd(24)}ratio`,
);

for (const entry of entries) {
  const work = { ...entry, threads };
  const { model, batch, steps } = entry;
  const run = await prepare(work);
  // The arena grows and the memory is touched for the first time in these.
  await run(3);
  if (typeof pytorch !== 'string') await pytorch.run({ ...work, steps: 3 });
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    ours.push((steps * batch) / (await run(steps)));
    if (typeof pytorch !== 'string') theirs.push((steps * batch) / (await pytorch.run(work)));
  }
  const ratios = theirs.map((rate, i) => ours[i]! / rate);
  const peer = theirs.length ? formatSpread(spread(theirs), 1) + formatSpread(spread(ratios), 2) : '-';
  console.log(`${`${model}, ${batch}`.padEnd(width)}${formatSpread(spread(ours), 1)}${peer}`.trimEnd());
}
if (typeof pytorch !== 'string') pytorch.close();
