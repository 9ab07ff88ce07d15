import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cli, end, ended, hasEnded } from './processes.mjs';
import { Server } from './redis.mjs';
import { countOver } from './store.mjs';

const cutSeconds = 20;
/** The first is the coordinator's. */
const names = ['sq-coordinator', 'sq-worker1', 'sq-worker2', 'sq-worker3'];
const bridge = 'sq-bridge';
const subnet = '10.213.77';

function ip(...args) {
  const { status, stderr, error } = spawnSync('ip', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
}

const link = (i) => `sq-link${i}`;

/** @returns why this machine cannot have namespaces; nothing where it can */
export function whyNoNamespaces() {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  if (spawnSync('ip', ['-V']).error) return 'ip is not there (Debian: apt-get install iproute2)';
  try {
    ip('netns', 'add', 'sq-try');
    ip('netns', 'del', 'sq-try');
    return undefined;
  } catch (error) {
    return error.message;
  }
}

function connect() {
  ip('link', 'add', bridge, 'type', 'bridge');
  ip('addr', 'add', `${subnet}.1/24`, 'dev', bridge);
  ip('link', 'set', bridge, 'up');
  for (const [i, name] of names.entries()) {
    ip('netns', 'add', name);
    ip('link', 'add', link(i), 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
    ip('link', 'set', link(i), 'master', bridge, 'up');
    for (const args of [
      ['addr', 'add', `${subnet}.${i + 2}/24`, 'dev', 'eth0'],
      ['link', 'set', 'eth0', 'up'],
      ['link', 'set', 'lo', 'up'],
    ])
      ip('-n', name, ...args);
  }
}

function disconnect() {
  for (const name of names) spawnSync('ip', ['netns', 'del', name]);
  spawnSync('ip', ['link', 'del', bridge]);
}

/** Cuts the links of coordinator and workers while runs are under way. */
export async function netns({ folder, out, experiment }) {
  const problems = [];
  const disk = join(folder, 'netns-redis');
  await mkdir(disk);
  disconnect();
  connect();
  const server = new Server(`${subnet}.1`, 6379, disk);
  const within = (i) => ['ip', 'netns', 'exec', names[i]];
  let workers = [];
  try {
    await server.start();
    workers = [1, 2, 3].map((i) => cli(['worker', '--queue', server.url, '--name', `w${i}`], within(i)));
    const coordinator = cli([...experiment, '--queue', server.url, '--out', out], within(0));
    while (!hasEnded(coordinator) && (await countOver(join(out, 'runs'))) < 10) await sleep(200);
    for (const i of names.keys()) ip('link', 'set', link(i), 'down');
    await sleep(1000 * cutSeconds);
    for (const i of names.keys()) ip('link', 'set', link(i), 'up');
    const back = Date.now();
    const before = await countOver(join(out, 'runs'));
    while (!hasEnded(coordinator) && (await countOver(join(out, 'runs'))) === before) await sleep(200);
    const recovery = ((Date.now() - back) / 1000).toFixed(1);
    if (hasEnded(coordinator)) problems.push('it was over before the link was cut');

    const { status } = await ended(coordinator);
    if (status !== 0) problems.push(`the coordinator had status ${status}: ${coordinator.said}`);
    for (const process of [coordinator, ...workers]) {
      for (const part of ['connection lost; trying again', 'connected again'])
        if (!process.said.includes(part)) problems.push(`nobody was told "${part}": ${process.said}`);
      if (/unhandled|at .*\.js:\d/i.test(process.said)) problems.push(`it said ${process.said}`);
    }
    for (const worker of workers) if (hasEnded(worker)) problems.push(`a worker ended: ${worker.said}`);
    const left = await server.left();
    if (left.length > 0) problems.push(`left in Redis: ${left.join(' ')}`);
    return {
      what: `all links cut for ${cutSeconds} s, the first run came home ${recovery} s after`,
      problems,
    };
  } finally {
    for (const worker of workers) await end(worker);
    await server.stop();
    disconnect();
  }
}
