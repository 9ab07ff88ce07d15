import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cli, end, ended, hasEnded } from './processes.mjs';
import { Server } from './redis.mjs';
import { countOver } from './store.mjs';

/** Two of them share a folder, one has its own. */
const workerCount = 3;

/** Kills whatever takes part, but for the files. */
export async function kills({ folder, out, experiment }) {
  const problems = [];
  const disk = join(folder, 'kills-redis');
  await mkdir(disk);
  const server = new Server('127.0.0.1', 20_000 + Math.floor(Math.random() * 10_000), disk);
  await server.start();
  const startWorker = (i) =>
    cli([
      'worker',
      ...['--queue', server.url, '--name', `w${i}`, '--lock', '4'],
      ...(i === 0 ? [] : ['--artifacts', join(folder, 'kills-shared')]),
    ]);
  const workers = Array.from({ length: workerCount }, (_, i) => startWorker(i));
  const coordinate = () => cli([...experiment, '--queue', server.url, '--out', out]);
  let coordinator = coordinate();
  const counts = { killed: 0, redis: 0, coordinator: 0 };

  while (!hasEnded(coordinator)) {
    await sleep(1_000 + Math.random() * 3_000);
    const over = await countOver(join(out, 'runs'));
    const i = Math.floor(Math.random() * workerCount);
    if (hasEnded(workers[i]))
      problems.push(`worker ${i} had ended by itself: ${workers[i].said.slice(-500)}`);
    await end(workers[i], 'SIGKILL');
    workers[i] = startWorker(i);
    counts.killed++;
    // A worker that cannot reach Redis at its very start ends, as it should.
    while (!workers[i].said.includes('waits for runs') && !hasEnded(workers[i])) await sleep(50);
    if (over >= 10 && counts.redis === 0) {
      await server.kill();
      await sleep(3_000);
      await server.start();
      counts.redis++;
    }
    if (over >= 20 && counts.coordinator === 0 && !hasEnded(coordinator)) {
      const { status } = await end(coordinator, 'SIGINT');
      if (status !== 130)
        problems.push(`the interrupted coordinator had status ${status}: ${coordinator.said}`);
      if (!/stays? in the queue/.test(coordinator.said)) problems.push('it did not say how to go on');
      await sleep(5_000);
      coordinator = coordinate();
      counts.coordinator++;
    }
  }
  const { status } = await ended(coordinator);
  if (status !== 0) problems.push(`the coordinator had status ${status}: ${coordinator.said}`);
  const left = await server.left();
  if (left.length > 0) problems.push(`left in Redis: ${left.join(' ')}`);
  for (const worker of workers) await end(worker);
  await server.stop();
  if (counts.redis + counts.coordinator < 2) problems.push('it was over before all had been killed');
  const what = `${counts.killed} workers killed -9, Redis killed and restarted ${counts.redis} time, coordinator stopped and started ${counts.coordinator} time`;
  return { what, problems };
}
