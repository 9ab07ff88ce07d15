/**
 * `npm run bench:train`: training steps (forward, backward, update; SGD with momentum) beside PyTorch's on the same machine
 * with the same number of threads, and beside jax-js and TensorFlow.js. Two sides take turns; a pair of turns gives one ratio.
 * `PAIRS=15`, `ONLY=mlp`, `THREADS=1` (of ours and PyTorch's; the other peers have one) and
 * `PEERS=pytorch,jax,tfjs-cpu,tfjs-wasm` change what is measured.
 */
import { availableParallelism } from 'node:os';
import { compareWithPeer, type PeerBatches } from './beside-peers.js';
import { prepare, type Work } from './own-steps.js';
import { startPyTorch } from './pytorch.js';
import { formatSpread, spread } from './statistics.js';

interface Entry {
  readonly model: string;
  readonly batch: number;
  readonly steps: number;
  /** What the peers other than PyTorch train on: a smaller batch where a step of the whole one takes a minute. */
  readonly peers?: PeerBatches;
}

const everyPeer = { jax: undefined, 'tfjs-cpu': undefined, 'tfjs-wasm': undefined };
const all: Entry[] = [
  { model: 'wrn-16-1', batch: 64, steps: 5, peers: { jax: 8, 'tfjs-cpu': 2, 'tfjs-wasm': 2 } },
  { model: 'wrn-16-1', batch: 128, steps: 3 },
  { model: 'wrn-16-4', batch: 64, steps: 1 },
  { model: 'wrn-28-10', batch: 16, steps: 1 },
  { model: 'mlp-784-512-512-10', batch: 128, steps: 50, peers: everyPeer },
  { model: 'mlp-64-64-10', batch: 32, steps: 1000, peers: everyPeer },
  { model: 'transformer-4-128', batch: 32, steps: 4 },
];
const entries = all.filter(({ model }) => model.includes(process.env.ONLY ?? ''));
const chosen = (process.env.PEERS ?? 'pytorch,jax,tfjs-cpu,tfjs-wasm').split(',');
const pairs = Number(process.env.PAIRS ?? 15);
const threads = Number(process.env.THREADS ?? availableParallelism());
const pytorch = chosen.includes('pytorch')
  ? await startPyTorch<Work>('train_step.py')
  : 'PEERS does not name it';
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
  `${'model, batch'.padEnd(width)}${'spectrain examples/s'.padEnd(24)}${'peer examples/s'.padEnd(24)}ratio`,
);

for (const entry of entries) {
  const { model, batch, steps, peers } = entry;
  const work = { model, batch, steps, threads };
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
  for (const peer of chosen.filter((name) => peers && name in peers)) {
    const label = `  ${peer}`.padEnd(width);
    console.log(label + (await compareWithPeer(peer, peers?.[peer] ?? batch, { work, run, pairs })));
  }
}
if (typeof pytorch !== 'string') pytorch.close();
