// Kills a sweep of 20 short runs with kill -9 at random moments, 100 times: its main process, one of the processes that train,
// or all of them. It is started again by the same command until it is done, and must then be equal to an
// undisturbed one, bit for bit. Options: --kills N, --seed N (of the moments).
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { childrenOf, differences, linesOf, newFolder, readJson, run, start, sweep } from './sweep.mjs';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' } },
});
const kills = Number(values.kills);
const longestSeconds = 3;

/** Mulberry32. */
let state = Number(values.seed);
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

const killed = { parent: 0, child: 0, tree: 0 };
const killedSoFar = () => killed.parent + killed.child + killed.tree;

function kill(parent) {
  const children = childrenOf(parent.pid);
  const choice = ['parent', 'child', 'tree'][Math.floor(3 * random())];
  const kind = choice === 'child' && children.length === 0 ? 'parent' : choice;
  const victims = {
    parent: [parent.pid],
    child: [children[Math.floor(random() * children.length)]],
    tree: [parent.pid, ...children],
  }[kind];
  for (const pid of victims) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  }
  killed[kind]++;
}

/** One start of the command, which is killed, or of which processes are, until it ends. @returns how it ended */
async function attempt(args) {
  const { child, ended } = start(args);
  let running = true;
  const end = ended.then((value) => {
    running = false;
    return value;
  });
  while (running && killedSoFar() < kills) {
    await Promise.race([sleep(1000 * longestSeconds * random()), end]);
    if (running) kill(child);
    await Promise.race([sleep(20), end]);
  }
  return end;
}

const seconds = (since) => ((performance.now() - since) / 1000).toFixed(0);
const reference = newFolder();
let from = performance.now();
const undisturbed = await run([...sweep(), '--out', reference]);
if (undisturbed.status !== 0) throw new Error(undisturbed.stderr);
console.log(`Undisturbed sweep: 20 runs in ${seconds(from)} s.`);

from = performance.now();
const problems = [];
const counts = { sweeps: 0, starts: 0, resumed: 0 };
while (killedSoFar() < kills) {
  const folder = newFolder();
  counts.sweeps++;
  for (let unkilled = 0; ; ) {
    counts.starts++;
    const { status, signal, stderr } = await attempt([...sweep(), '--out', folder]);
    if (status === 0) break;
    // A run whose process was killed more often than it may be retried has failed: the next start tries it again.
    if (signal === null && status !== 1) problems.push(`exit status ${status}: ${stderr}`);
    if (killedSoFar() >= kills && ++unkilled > 3) {
      problems.push(`not done after ${unkilled} starts without a kill: ${stderr}`);
      break;
    }
  }
  for (const { id } of readJson(join(folder, 'results.json')).runs) {
    const starts = linesOf(join(folder, 'runs', id)).filter(({ kind }) => kind === 'start');
    counts.resumed += starts.slice(1).filter(({ step }) => step > 0).length;
  }
  const found = differences(reference, folder);
  problems.push(...found);
  if (found.length === 0) rmSync(folder, { recursive: true });
  else console.error(`See ${folder} and ${reference}.`);
}

console.log(
  `Killed ${killedSoFar()} times (main process ${killed.parent}, one that trains ${killed.child}, all ${killed.tree}) in ${seconds(from)} s.`,
);
console.log(
  `Sweeps ${counts.sweeps}, starts of the command ${counts.starts}, continued from a checkpoint ${counts.resumed} times.`,
);
if (problems.length === 0) {
  rmSync(reference, { recursive: true });
  console.log('No run lost or doubled; metrics equal but for times, weights equal bit for bit.');
} else {
  for (const problem of problems) console.error(problem);
  process.exitCode = 1;
}
