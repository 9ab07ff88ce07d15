// Carries out 40 short runs by three workers while things break, and compares every run with the same one carried out on this
// machine without a queue: `npm run check:queue [kills] [netns]`. Needs redis-server; for `netns` also root and iproute2.
//   kills  workers are killed -9 at random, Redis once, with persistence on; the coordinator is interrupted and started again
//   netns  coordinator and workers have network namespaces of their own, and all their links are cut for 20 seconds
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { differences } from './check-queue/differences.mjs';
import { kills } from './check-queue/kills.mjs';
import { netns, whyNoNamespaces } from './check-queue/netns.mjs';
import { cli, ended } from './check-queue/processes.mjs';

/** 40 runs. */
const experiment =
  'compare --optimizers momentum,adam,smes,lcam --seeds 10 --model mlp-128-128 --epochs 40 --threads 1 --retries 5 --json'.split(
    ' ',
  );
const modes = { kills, netns };

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !(name in modes));
if (unknown !== undefined) {
  console.error(`error: found "${unknown}"; allowed: ${Object.keys(modes).join(', ')}`);
  process.exit(2);
}
if (spawnSync('redis-server', ['--version']).error) {
  console.log('Skipped: redis-server is not there (Debian: apt-get install redis-server).');
  process.exit(0);
}

const folder = await mkdtemp(join(tmpdir(), 'check-queue-'));
let hasFailed = false;
try {
  const alone = join(folder, 'alone');
  console.log('Carries out the runs on this machine, without a queue ...');
  const { status } = await ended(cli([...experiment, '--jobs', '2', '--out', alone]));
  if (status !== 0) throw new Error(`without a queue the status was ${status}`);

  for (const name of asked.length > 0 ? asked : Object.keys(modes)) {
    const reason = name === 'netns' ? whyNoNamespaces() : undefined;
    if (reason !== undefined) {
      console.log(`${name}: skipped: ${reason}`);
      continue;
    }
    console.log(`${name}: begins`);
    const started = Date.now();
    const out = join(folder, name);
    const { what, problems } = await modes[name]({ folder, out, experiment });
    const { runs, more } = await differences(join(alone, 'runs'), join(out, 'runs'));
    const all = [...problems, ...more];
    for (const problem of all) console.log(`${name}: DIFFERENT: ${problem}`);
    const seconds = Math.round((Date.now() - started) / 1000);
    const verdict = all.length === 0 ? 'each once, weights and curves equal bit for bit' : 'NOT the same';
    console.log(`${name}: ${runs} runs in ${seconds} s; ${what}; ${verdict}`);
    hasFailed ||= all.length > 0;
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = hasFailed ? 1 : 0;
