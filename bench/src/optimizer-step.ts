/**
 * `npm run bench:optim`: one step of an optimizer over one parameter of 1, 10 and 40 million elements, on one thread, beside
 * copying the same memory, plain loops, TensorFlow.js, jax-js and PyTorch. All take turns; the table has medians and
 * quartiles. `SIZES=1,10` (millions) and `ROUNDS=15` change what is measured.
 */
import { allocate, createOptimizer, type OptimizerSpec } from '@spectrain/optim';
import { type Arrays, freeTensorFlow, jaxAdam, type Stepper, tensorFlowAdam } from './optimizer-peers.js';
import { plainAdam, plainMomentum } from './plain-loops.js';
import { type PyTorch, startPyTorch } from './pytorch.js';
import { formatSpread, spread } from './statistics.js';

interface Contender {
  readonly name: string;
  /** Bytes that a step must read and write per element. */
  readonly bytes: number;
  readonly step: Stepper | (() => Promise<number>);
}

interface Request {
  readonly optimizer: 'adam' | 'sgd';
  readonly size: number;
  readonly steps: number;
}

const sizes = (process.env.SIZES ?? '1,10,40').split(',').map((millions) => Number(millions) * 1e6);
const rounds = Number(process.env.ROUNDS ?? 15);
/** Who takes longer than this over one step takes only three. */
const patience = 2;

const specs: Record<string, OptimizerSpec> = {
  momentum: { kind: 'momentum', lr: 1e-3 },
  adam: { kind: 'adam' },
  'smes, p = 1/4': { kind: 'smes', p: 0.25 },
  'smes, p = 0.3': { kind: 'smes', p: 0.3 },
  'nsf, p moving': { kind: 'nsf', epochLength: 7 },
};

const fill = ({ theta, gradient }: Arrays): void => {
  for (let i = 0; i < theta.length; i++) {
    theta[i] = Math.cos(i);
    gradient[i] = 0.01 * Math.sin(i);
  }
};

function ours(name: string, size: number): Contender {
  const { params, grads } = allocate({ theta: size });
  fill({ theta: params.theta, gradient: grads.theta });
  const optimizer = createOptimizer(specs[name]!, params);
  return { name, bytes: name === 'momentum' ? 20 : 28, step: () => optimizer.step(grads) };
}

/** Over arrays that are not in the optimizer's memory. */
function copying(name: string, size: number): Contender {
  const arrays = { theta: new Float32Array(size), gradient: new Float32Array(size) };
  fill(arrays);
  const optimizer = createOptimizer(specs[name]!, { theta: arrays.theta });
  return {
    name: `${name}, own arrays`,
    bytes: name === 'momentum' ? 20 : 28,
    step: () => optimizer.step({ theta: arrays.gradient }),
  };
}

function copies(size: number): Contender[] {
  const { params, grads } = allocate({ theta: size });
  grads.theta.fill(1);
  const [from, to] = [grads.theta, params.theta];
  return [
    { name: 'copy by set', bytes: 8, step: () => to.set(from) },
    {
      name: 'copy loop',
      bytes: 8,
      step: () => {
        for (let i = 0; i < to.length; i++) to[i] = from[i]!;
      },
    },
  ];
}

async function peers(size: number, pytorch: PyTorch | string): Promise<Contender[]> {
  const arrays = { theta: new Float32Array(size), gradient: new Float32Array(size) };
  fill(arrays);
  const makers: [string, () => Stepper | Promise<Stepper>][] = [
    ['TensorFlow.js wasm, adam', () => tensorFlowAdam('wasm', arrays)],
    ['TensorFlow.js cpu, adam', () => tensorFlowAdam('cpu', arrays)],
    ['jax-js wasm, adam', () => jaxAdam(arrays)],
  ];
  const made: Contender[] = [
    { name: 'plain loop, momentum', bytes: 20, step: plainMomentum(arrays) },
    { name: 'plain loop, adam', bytes: 28, step: plainAdam(arrays) },
  ];
  for (const [name, make] of makers) {
    try {
      const step = await make();
      await step();
      made.push({ name, bytes: 28, step });
    } catch (error) {
      console.log(`${name}: cannot at this size: ${String(error).split('\n')[0]?.slice(0, 90)}`);
    }
  }
  if (typeof pytorch === 'string') return made;
  const run = (optimizer: Request['optimizer']) => async () =>
    (await pytorch.ask({ optimizer, size, steps: 1 })).seconds!;
  return [
    ...made,
    { name: 'PyTorch SGD, momentum', bytes: 20, step: run('sgd') },
    { name: 'PyTorch Adam', bytes: 28, step: run('adam') },
  ];
}

/** Seconds of one step. */
async function time({ step }: Contender): Promise<number> {
  const started = performance.now();
  const seconds = await step();
  return seconds ?? (performance.now() - started) / 1000;
}

const pytorch = await startPyTorch('optimizer_step.py', 1);
console.log(
  typeof pytorch === 'string'
    ? `PyTorch is skipped: ${pytorch}`
    : `PyTorch ${pytorch.hello.torch}, one thread`,
);
console.log(`${rounds} rounds; medians (quartiles) of nanoseconds per element`);
for (const size of sizes) {
  console.log(`\n${size / 1e6} million elements`);
  const contenders = [
    ...copies(size),
    ...Object.keys(specs).map((name) => ours(name, size)),
    copying('momentum', size),
    copying('adam', size),
    ...(await peers(size, pytorch)),
  ];
  // Memory is touched for the first time and code is compiled in these.
  const patient = new Set<Contender>();
  for (let i = 0; i < 3; i++) {
    for (const contender of contenders) {
      if (i === 0 || patient.has(contender)) if ((await time(contender)) < patience) patient.add(contender);
    }
  }
  const seconds = new Map(contenders.map((contender) => [contender, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) {
      if (round < 3 || patient.has(contender)) seconds.get(contender)!.push(await time(contender));
    }
  }
  const medians = new Map(contenders.map((own) => [own.name, spread(seconds.get(own)!).median]));
  const copied = 8 / Math.min(medians.get('copy by set')!, medians.get('copy loop')!);
  console.log(`${''.padEnd(28)}${'ns'.padEnd(24)}GB/s   of the faster copy   x our momentum or adam`);
  for (const own of contenders) {
    const nanoseconds = seconds.get(own)!.map((value) => (value * 1e9) / size);
    const median = medians.get(own.name)!;
    const rate = own.bytes / median;
    const factor = median / medians.get(own.bytes === 20 ? 'momentum' : 'adam')!;
    console.log(
      [
        own.name.padEnd(28),
        formatSpread(spread(nanoseconds), 2),
        ((rate * size) / 1e9).toFixed(1).padStart(4),
        `${((100 * rate) / copied).toFixed(0)} %`.padStart(10),
        own.bytes > 8 ? factor.toFixed(2).padStart(22) : '',
      ].join(''),
    );
  }
  freeTensorFlow();
}
if (typeof pytorch !== 'string') pytorch.close();
