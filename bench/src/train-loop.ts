/**
 * `npm run bench:loop`: the loop that users call, `createTrainer(...).fit`, with its child process, shuffling, augmentation (CIFAR-10)
 * and a smaller last batch, beside our own bare steps and beside a PyTorch loop over the same data in memory. Whole epochs by the wall
 * clock of the caller; evaluation is left out on both sides. All sides take turns, and each round of turns gives one ratio.
 *
 * PyTorch runs convolutional networks in both of its layouts, contiguous and channels_last; the ratio is to the faster one.
 * `PAIRS=9`, `ONLY=mlp`, `THREADS=1` change what is measured, and `DATA_DIR` names a folder with CIFAR-10.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTrainer } from '@spectrain/train';
import { cifar10, digits, type LoopData, mnistShapes, text, writeSplit } from './loop-data.js';
import { networkOf, optimizer, prepareStep } from './own-steps.js';
import { fasterLayout, type Layout, layoutsOf, type PyTorch, startPyTorch } from './pytorch.js';
import { formatRates, formatSpread, spread } from './statistics.js';

interface Entry {
  readonly model: string;
  readonly batch: number;
  /** Epochs of a turn. */
  readonly epochs: number;
  readonly load: (count: number) => Promise<LoopData>;
  /** Training examples. The last batch is as large as that of the whole data set. */
  readonly examples: number;
  readonly augment?: boolean;
}

const all: Entry[] = [
  { model: 'wrn-16-1', batch: 128, epochs: 1, load: cifar10, examples: 20 * 128 + 80, augment: true },
  { model: 'wrn-16-4', batch: 64, epochs: 1, load: cifar10, examples: 10 * 64 + 16, augment: true },
  { model: 'mlp-784-256-128-10', batch: 128, epochs: 1, load: mnistShapes, examples: 60_000 },
  { model: 'mlp-64-64-64-10', batch: 32, epochs: 150, load: digits, examples: 1437 },
  { model: 'transformer-4-128', batch: 32, epochs: 1, load: text, examples: 10 * 32 + 12 },
];
const entries = all.filter(({ model }) => model.includes(process.env.ONLY ?? ''));
const rounds = Number(process.env.PAIRS ?? 9);
const threads = Number(process.env.THREADS ?? availableParallelism());

/** One row, or why there is none. */
async function measure(entry: Entry, pytorch: PyTorch | string, folder: string): Promise<string> {
  const { model, batch, epochs, load, examples, augment = false } = entry;
  let data: LoopData;
  try {
    data = await load(examples);
  } catch (error) {
    return `skipped: ${error instanceof Error ? error.message : error}`;
  }
  const { name } = networkOf(model);
  const { shape, labelShape = [], classes } = data;
  const total = epochs * (data.train.labels.length / labelShape.reduce((a, b) => a * b, 1));
  const bare = await prepareStep({ model, batch, threads }, { name, shape, labelShape, classes });
  const trainer = await createTrainer({
    data,
    model: name,
    optimizer,
    batchSize: batch,
    threads,
    ...(augment && { augmentation: { crop: 4, flip: true } }),
  });
  const seconds = async (work: () => Promise<unknown>) => {
    const started = performance.now();
    await work();
    return (performance.now() - started) / 1000;
  };
  const steps = Math.ceil(total / batch);
  const request = { model, batch, threads, augment, ...(await writeSplit(data, folder)) };
  const layouts = typeof pytorch === 'string' ? [] : layoutsOf(model);
  const turn = async (layout: Layout) =>
    typeof pytorch === 'string' ? Number.NaN : (await pytorch.ask({ ...request, epochs, layout })).seconds!;
  const rates = { bare: [] as number[], fit: [] as number[] };
  const theirs = new Map(layouts.map((layout) => [layout, [] as number[]]));
  // The first round touches memory for the first time, and is left out.
  for (let round = 0; round <= rounds; round++) {
    const own = [
      (steps * batch) / (await bare.run(steps)),
      total / (await seconds(() => trainer.fit({ epochs }))),
    ];
    if (round > 0) for (const [i, list] of [rates.bare, rates.fit].entries()) list.push(own[i]!);
    for (const [layout, list] of theirs) {
      const rate = total / (await turn(layout));
      if (round > 0) list.push(rate);
    }
  }
  await trainer.close();
  await bare.step.dispose();
  const better = fasterLayout(theirs);
  const ratio = (to: readonly number[]) => formatSpread(spread(to.map((rate, i) => rates.fit[i]! / rate)), 2);
  return [
    formatRates(rates.fit),
    formatRates(rates.bare),
    ratio(rates.bare),
    better ? formatRates(better.rates) + ratio(better.rates) : '-',
    better && layouts.length > 1 ? better.layout : '',
  ].join('');
}

const pytorch = await startPyTorch('train_loop.py', threads);
if (typeof pytorch === 'string') console.log(`PyTorch is skipped: ${pytorch}`);
else
  console.log(
    `PyTorch ${pytorch.hello.torch}, ${threads} threads; ${rounds} rounds, medians (quartiles) of examples/s`,
  );
const heads = ['fit', 'bare steps', 'fit / bare', 'PyTorch loop', 'fit / PyTorch'];
console.log(
  'model, batch'.padEnd(25) +
    heads
      .map((head) => head.padEnd(24))
      .join('')
      .trimEnd(),
);
const folder = await mkdtemp(join(tmpdir(), 'spectrain-bench-'));
try {
  for (const entry of entries) {
    const row = await measure(entry, pytorch, folder);
    console.log(`${entry.model}, ${entry.batch}`.padEnd(25) + row.trimEnd());
  }
} finally {
  await rm(folder, { recursive: true });
  if (typeof pytorch !== 'string') pytorch.close();
}
