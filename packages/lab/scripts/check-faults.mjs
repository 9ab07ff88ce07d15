// What can happen to a sweep besides kill -9: Ctrl-C and termination, a full disk, the end of one run's process, memory that
// cannot be had, numbers that diverge. In each case the same command, given again, must come to the same bits, and no
// run may harm another. The full disk needs root, to mount a small tmpfs.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf, differences, linesOf, newFolder, readJson, run, start, sweep } from './sweep.mjs';

const problems = [];
const expect = (name, isSo, detail = '') => {
  console.log(`${isSo ? 'ok  ' : 'FAIL'} ${name}${isSo ? '' : `: ${detail}`}`);
  if (!isSo) problems.push(name);
};
const folders = [];
const folder = () => {
  folders.push(newFolder());
  return folders.at(-1);
};

const args = sweep({ seeds: 1, epochs: 60 });
const reference = folder();
await run([...args, '--out', reference]);
const same = (name, out) => {
  const found = differences(reference, out);
  expect(`${name}: the same bits as undisturbed`, found.length === 0, found.join('; '));
};
const checkpointsOf = (out) =>
  readdirSync(join(out, 'runs')).flatMap((id) => {
    try {
      return readdirSync(join(out, 'runs', id, 'checkpoints'));
    } catch {
      return [];
    }
  });
const hasCheckpoints = async (out) => {
  for (let i = 0; i < 200; i++) {
    await sleep(50);
    try {
      if (checkpointsOf(out).length > 0) return;
    } catch {
      // The folder of runs is not there yet.
    }
  }
};

for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
]) {
  const out = folder();
  let stops = 0;
  let end;
  do {
    const { child, ended } = start([...args, '--checkpoint', '3600', '--out', out], { detached: true });
    await Promise.race([sleep(1500 + 500 * stops), ended]);
    if (child.exitCode === null) {
      // To the main process alone, or to all as a terminal sends it.
      process.kill(stops % 2 === 0 ? child.pid : -child.pid, signal);
      stops++;
    }
    end = await ended;
    if (end.status === status && !end.stderr.startsWith('Stopped with'))
      expect(`${signal}: says that it stopped`, false, end.stderr);
    // A signal that comes when all is written has its usual effect on what is left of the process.
    if (end.status === null && !end.stderr.startsWith('Report:'))
      expect(`${signal}: is not killed by it before all is written`, false, end.stderr);
  } while ((end.status === status || end.status === null) && stops < 20);
  expect(
    `${signal}: ends with status ${status}, ${stops} times; then done`,
    stops > 0 && end.status === 0,
    end.stderr,
  );
  const steps = readdirSync(join(out, 'runs')).flatMap((id) =>
    linesOf(join(out, 'runs', id)).filter(({ kind, step }) => kind === 'start' && step > 0),
  );
  expect(`${signal}: goes on from checkpoints`, steps.length > 0);
  same(signal, out);
}

{
  const out = folder();
  const { child, ended } = start([...args, '--out', out]);
  await hasCheckpoints(out);
  for (const pid of childrenOf(child.pid).slice(0, 1)) process.kill(pid, 'SIGKILL');
  const { status, stderr } = await ended;
  expect(
    'a process that is killed: its run is tried again',
    status === 0 && /trying again/.test(stderr),
    stderr,
  );
  same('a process that is killed', out);
}

{
  const out = folder();
  const { child, ended } = start([...args, '--retries', '1', '--jobs', '1', '--out', out]);
  const victim = /^adam-/;
  let killed = 0;
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  // Kills whatever process is at work on one of the runs.
  while (!isOver) {
    await sleep(10);
    try {
      const id = readdirSync(join(out, 'runs')).find((name) => victim.test(name));
      const { pid } = id ? readJson(join(out, 'runs', id, '.lock')) : {};
      if (childrenOf(child.pid).includes(pid)) {
        process.kill(pid, 'SIGKILL');
        killed++;
      }
    } catch {
      // Nobody is at work on it.
    }
  }
  const { status } = await ended;
  const { runs } = readJson(join(out, 'results.json'));
  const statuses = runs.map((each) => `${each.optimizer} ${each.status}`).sort();
  expect(
    `a run whose process always dies: fails after ${killed} attempts of 2, the others complete`,
    status === 1 &&
      killed === 2 &&
      statuses.join() === 'adam failed,lcam completed,momentum completed,nsf completed,smes completed',
    `${status} ${statuses}`,
  );
  const again = await run([...args, '--out', out]);
  expect('a run that failed: the same command tries it again', again.status === 0, again.stderr);
  same('a run that failed', out);
}

{
  const out = folder();
  const line = [
    'compare',
    '--optimizers',
    'adam,sgd',
    '--seeds',
    '1',
    '--epochs',
    '1',
    '--model',
    'mlp-8192-8192',
  ];
  const cli = new URL('../bin/spectrain.js', import.meta.url).pathname;
  // WebAssembly sets 10 GB of addresses aside for a memory.
  const { status, stdout, stderr } = spawnSync(
    'bash',
    [
      '-c',
      'ulimit -v 9000000; exec "$0" "$@"',
      process.execPath,
      cli,
      ...line,
      '--retries',
      '1',
      '--out',
      out,
    ],
    { encoding: 'utf8', timeout: 120_000 },
  );
  const retries = stderr.match(/trying again/g)?.length;
  const failed = stdout.match(/: failed, .*memory/g)?.length;
  expect(
    'memory that cannot be had: status 1, each run fails for that reason and was tried twice',
    status === 1 && retries === 2 && failed === 2,
    `${status} ${stdout} ${stderr}`,
  );
}

{
  const out = folder();
  const optimizers = ['momentum', 'adam', 'sgd:lr=1e9', 'smes', 'nsf', 'lcam'];
  const { status } = await run([...args, '--optimizers', optimizers.join(','), '--out', out]);
  const { runs } = readJson(join(out, 'results.json'));
  const diverged = runs.filter((each) => each.status === 'diverged').map(({ optimizer }) => optimizer);
  expect(
    'a run that diverges: status 1, the others complete',
    status === 1 && diverged.join() === 'sgd:lr=1e9',
  );
  const found = differences(reference, out).filter((text) => !/^sgd|results\.json/.test(text));
  expect('a run that diverges: the others have the same bits', found.length === 0, found.join('; '));
}

await fullDisk();

async function fullDisk() {
  const out = folder();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', out], { encoding: 'utf8' });
  if (mounted.status !== 0) {
    console.log(`skip a full disk: a tmpfs cannot be mounted (${(mounted.stderr ?? 'no mount').trim()})`);
    return;
  }
  try {
    const sweepFolder = join(out, 'sweep');
    mkdirSync(sweepFolder);
    // The sweep takes about 2.5 of the 4 MB.
    for (const kilobytes of [2500, 3000, 3500, 3900, 4100]) {
      rmSync(sweepFolder, { recursive: true });
      mkdirSync(sweepFolder);
      writeFileSync(join(out, 'filler'), Buffer.alloc(1000 * kilobytes));
      const { status, stderr } = await run([...args, '--out', sweepFolder]);
      const errors = stderr.split('\n').filter((text) => /ENOSPC|no space/.test(text));
      const names = errors.every((text) => text.includes(sweepFolder));
      expect(
        `a full disk, ${4194 - kilobytes} kB left: status 1 and a message that names the folder`,
        status === 1 && errors.length > 0 && names,
        `${status} ${stderr}`,
      );
      console.log(`     ${stderr.trim().split('\n').slice(0, 4).join('\n     ')}`);
      statSync(sweepFolder);
      rmSync(join(out, 'filler'));
      const again = await run([...args, '--out', sweepFolder]);
      expect('a full disk: with space again, the same command finishes', again.status === 0, again.stderr);
      same('a full disk', sweepFolder);
    }
  } finally {
    spawnSync('umount', [out]);
  }
}

if (problems.length === 0) for (const path of folders) rmSync(path, { recursive: true, force: true });
else {
  console.error(`${problems.length} problems; see ${folders.join(' ')}`);
  process.exitCode = 1;
}
