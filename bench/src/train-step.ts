/**
 * `npm run bench`: training steps (forward, backward, update; SGD with momentum) beside PyTorch's on the same machine
 * with the same number of threads. Both sides take turns; a pair of turns gives one ratio.
 */
import { availableParallelism } from 'node:os';
import { buildModel, compileProgram, nodeRuntime, randomStream, TrainStep } from '@spectrain/train';
import { startPyTorch } from './pytorch.js';
import { formatSpread as format, spread } from './statistics.js';

/** What one side is asked to do: `steps` training steps. */
interface Work {
  readonly model: string;
  readonly batch: number;
  readonly steps: number;
  readonly threads: number;
}

const entries = [
  { model: 'wrn-16-1', batch: 64, steps: 6 },
  { model: 'wrn-16-1', batch: 128, steps: 3 },
  { model: 'wrn-16-4', batch: 64, steps: 1 },
];
const pairs = Number(process.env.PAIRS ?? 15);
const threads = availableParallelism();
const optimizer = { kind: 'momentum', lr: 0.05, momentum: 0.9, weightDecay: 5e-4 } as const;

/** Our side: a closure that runs training steps on random images and returns the seconds they took. */
async function prepare({ model, batch }: Work): Promise<(steps: number) => Promise<number>> {
  const shape = [3, 32, 32];
  const step = await TrainStep.create({
    program: compileProgram(buildModel(model, shape), shape, 10),
    optimizer,
    runtime: nodeRuntime({ threads }),
  });
  const random = randomStream(0, 'bench');
  const x = new Float32Array(batch * 3 * 32 * 32);
  random.fillNormal(x, 1);
  const labels = BigInt64Array.from({ length: batch }, () => BigInt(random.int(10)));
  return async (steps) => {
    const started = performance.now();
    for (let i = 0; i < steps; i++) await step.step(x, labels, { epoch: 0, stepsPerEpoch: 1 });
    return (performance.now() - started) / 1000;
  };
}

const pytorch = await startPyTorch<Work>('train_step.py');
if (typeof pytorch === 'string') console.log(`PyTorch is skipped: ${pytorch}`);
else console.log(`PyTorch ${pytorch.version}, ${threads} threads; ${pairs} pairs, medians (quartiles)`);
console.log(
  `${'model, batch'.padEnd(16)}${'spectrain images/s'.padEnd(24)}${'PyTorch images/s'.padEnd(24)}ratio`,
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
  const peer = theirs.length ? format(spread(theirs), 1) + format(spread(ratios), 2) : '-';
  console.log(`${`${model}, ${batch}`.padEnd(16)}${format(spread(ours), 1)}${peer}`.trimEnd());
}
if (typeof pytorch !== 'string') pytorch.close();
