/**
 * `npm run bench:start`: the time from starting `spectrain train` to its first update, in seconds, beside a Python script that imports
 * PyTorch, reads the same data, builds the same network and takes one step. Both sides take turns.
 *
 * `ROUNDS=7` changes the number of turns, and `DATA_DIR` names a folder with CIFAR-10.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { dataFolder } from './loop-data.js';
import { interpreterOf, pathOf } from './pytorch.js';
import { formatSpread, spread } from './statistics.js';

const command = fileURLToPath(new URL('../../packages/lab/bin/spectrain.js', import.meta.url));
const digits = dirname(createRequire(import.meta.url).resolve('@spectrain/train/digits.csv.gz'));
const rounds = Number(process.env.ROUNDS ?? 7);
const limitSeconds = 60;

/** Seconds until the metrics of the run show its first step. */
async function ours(flags: readonly string[]): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'spectrain-start-'));
  const out = join(folder, 'out');
  const started = performance.now();
  // One epoch is short enough for every step to be logged.
  const child = spawn(process.execPath, [command, 'train', '--epochs', '1', '--out', out, ...flags], {
    stdio: 'ignore',
    detached: true,
  });
  try {
    while (!hasStep(join(out, 'runs'))) {
      if (child.exitCode !== null || seconds(started) > limitSeconds)
        throw new Error(`spectrain train ${flags.join(' ')} took no step`);
      await sleep(2);
    }
    return seconds(started);
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null) {
      process.kill(-child.pid!, 'SIGKILL');
      await ended;
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function hasStep(folder: string): boolean {
  if (!existsSync(folder)) return false;
  const files = readdirSync(folder).map((run) => join(folder, run, 'metrics.jsonl'));
  return files.some((file) => existsSync(file) && readFileSync(file, 'utf8').includes('"kind":"step"'));
}

async function theirs(python: string, task: string, folder: string): Promise<number> {
  const started = performance.now();
  const child = spawn(python, [pathOf('first_step.py'), task, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const result = seconds(started);
  await new Promise((resolve) => child.once('exit', resolve));
  return result;
}

function seconds(started: number): number {
  return (performance.now() - started) / 1000;
}

const python = interpreterOf();
if (!python) console.log('PyTorch is skipped: no interpreter has it');
const shared = dataFolder();
const cifar = shared && join(shared, 'cifar-10-batches-bin');
console.log(`${'task'.padEnd(25)}${'spectrain s'.padEnd(24)}${'PyTorch s'.padEnd(24)}PyTorch / spectrain`);
for (const [task, flags, folder] of [
  ['digits', ['--task', 'digits'], digits],
  ['cifar10', ['--task', 'cifar10', '--model', 'wrn-16-1', '--data-dir', shared ?? ''], cifar],
] as const) {
  if (!folder || !existsSync(folder)) {
    console.log(`${task.padEnd(25)}skipped: DATA_DIR has no files of it`);
    continue;
  }
  const times = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    times.ours.push(await ours(flags));
    if (python) times.theirs.push(await theirs(python, task, folder));
  }
  const peer = python
    ? formatSpread(spread(times.theirs), 2) +
      formatSpread(spread(times.theirs.map((time, i) => time / times.ours[i]!)), 2)
    : '-';
  console.log(`${task.padEnd(25)}${formatSpread(spread(times.ours), 2)}${peer}`.trimEnd());
}
