import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunAllOptions } from '../execute/run-all.js';
import { InputError } from '../input/input-error.js';
import type { RunConfig } from '../run-config/run-config.js';
import { RunBusyError, RunLock } from '../store/run-lock.js';
import { connectRedis } from './connection.js';
import { Coordinator } from './coordinator.js';
import { experimentInQueue } from './queue-record.js';
import { requireTravels } from './require-travels.js';

/** Data sets and the number of jobs are the workers' own affair. */
export interface RunAllQueuedOptions
  extends Pick<RunAllOptions, 'folder' | 'checkpoint' | 'retries' | 'interruption' | 'observer'> {
  /** The URL of the Redis. */
  readonly queue: string;
}

/**
 * Has the runs that are not over yet carried out by the workers of a queue, and brings their results here: what `runAll` does, on many
 * machines. Ends early when interrupted; the runs that were asked for stay in the queue, and the next call with the same
 * folder takes what became of them.
 * @throws InputError when the Redis cannot be reached, or a run needs a file of this machine
 */
export async function runAllQueued(
  configs: readonly RunConfig[],
  { queue: url, ...options }: RunAllQueuedOptions,
): Promise<void> {
  for (const config of configs) requireTravels(config);
  const { folder, interruption, observer } = options;
  const redis = await connectRedis(url, (text) => observer?.onQueue?.(text));
  try {
    const lock = await lockFolder(folder);
    try {
      const coordinator = new Coordinator(redis, await experimentInQueue(folder), options);
      const left = await coordinator.run(configs);
      if (interruption.signal.aborted && left > 0)
        observer?.onQueue?.(
          `${left} ${left === 1 ? 'run stays' : 'runs stay'} in the queue; the same command with this --out goes on`,
        );
    } finally {
      await lock.release();
    }
  } finally {
    redis.disconnect();
  }
}

async function lockFolder(folder: string): Promise<RunLock> {
  await mkdir(folder, { recursive: true });
  try {
    return await RunLock.acquire(join(folder, '.queue.lock'));
  } catch (error) {
    if (!(error instanceof RunBusyError)) throw error;
    throw new InputError('--out', folder, `a folder that no other --queue is at work on: ${error.message}`);
  }
}
