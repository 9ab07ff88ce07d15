/**
 * `npm run bench:steps`: training steps (forward, backward, update; SGD with momentum) beside PyTorch on the same machine with the
 * same number of threads, and beside jax-js and TensorFlow.js. All sides take turns, and each round of turns gives one ratio.
 *
 * PyTorch runs convolutional networks in both of its layouts, contiguous and channels_last; the ratio is to the faster one.
 *
 * `PAIRS=15`, `ONLY=mlp`, `THREADS=1` (ours and PyTorch's; the other peers have one) and
 * `PEERS=pytorch,jax,tfjs-cpu,tfjs-wasm` change what is measured.
 */
import { availableParallelism } from 'node:os';
import { compareWithPeer, type PeerBatches } from './beside-peers.js';
import { operationsOfStep } from './operations.js';
import { prepareStep } from './own-steps.js';
import { productPeak } from './product-peak.js';
import { fasterLayout, type Layout, layoutsOf, startPyTorch } from './pytorch.js';
import { formatRates, formatSpread, spread } from './statistics.js';

interface Entry {
  readonly model: string;
  readonly batch: number;
  readonly steps: number;
  /** Batch sizes of the peers other than PyTorch: smaller where a step of the whole batch takes a minute. */
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
const rounds = Number(process.env.PAIRS ?? 15);
const threads = Number(process.env.THREADS ?? availableParallelism());
const pytorch = chosen.includes('pytorch')
  ? await startPyTorch('train_step.py', threads)
  : 'PEERS does not name it';
let peak = await productPeak(threads);
if (typeof pytorch === 'string') console.log(`PyTorch is skipped: ${pytorch}`);
else {
  const { gigaflops } = pytorch;
  console.log(
    `PyTorch ${pytorch.hello.torch}, ${threads} threads; ${rounds} rounds, medians (quartiles). ` +
      `Matrix products: ONNX Runtime ${peak.toFixed(0)}, PyTorch ${gigaflops.toFixed(0)} GFLOP/s.`,
  );
  if (gigaflops < peak / 3) console.log('PyTorch lacks a fast BLAS (Debian: libopenblas0-pthread).');
  peak = Math.max(peak, gigaflops);
}
const width = 25;
console.log(
  [
    'model, batch'.padEnd(width),
    'spectrain examples/s'.padEnd(24),
    'peer examples/s'.padEnd(24),
    'ratio'.padEnd(24),
    'spectrain GFLOP/s, share of matrix products; layout of the peer',
  ].join(''),
);

for (const { model, batch, steps, peers } of entries) {
  const work = { model, batch, steps, threads };
  const own = await prepareStep(work);
  const layouts = typeof pytorch === 'string' ? [] : layoutsOf(model);
  const turn = async (layout: Layout, count: number) =>
    typeof pytorch === 'string'
      ? Number.NaN
      : (await pytorch.ask({ ...work, steps: count, layout })).seconds!;
  // The arena grows and memory is touched for the first time in these steps.
  await own.run(3);
  for (const layout of layouts) await turn(layout, 3);
  const ours: number[] = [];
  const theirs = new Map(layouts.map((layout) => [layout, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    ours.push((steps * batch) / (await own.run(steps)));
    for (const [layout, rates] of theirs) rates.push((steps * batch) / (await turn(layout, steps)));
  }
  const gigaflops = (spread(ours).median * operationsOfStep(model, own.step.program)) / 1e9;
  const share = `${gigaflops.toFixed(0)}, ${((100 * gigaflops) / peak).toFixed(0)} %`;
  const better = fasterLayout(theirs);
  const peer = better
    ? formatRates(better.rates) + formatSpread(spread(better.rates.map((rate, i) => ours[i]! / rate)), 2)
    : '-'.padEnd(48);
  console.log(
    `${`${model}, ${batch}`.padEnd(width)}${formatRates(ours)}${peer}${share}${better && layouts.length > 1 ? `; ${better.layout}` : ''}`,
  );
  for (const name of chosen.filter((name) => peers && name in peers)) {
    const label = `  ${name}`.padEnd(width);
    console.log(
      label + (await compareWithPeer(name, peers?.[name] ?? batch, { work, run: own.run, pairs: rounds })),
    );
  }
  await own.step.dispose();
}
if (typeof pytorch !== 'string') pytorch.close();
